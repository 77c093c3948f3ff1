#!/bin/bash
# Sourced once by the image's entrypoint, when the server's data folder is new: the services' user may make and change its own
# schemas, no others.
docker_process_sql <<< "GRANT ALL ON \`tablekeep\\_%\`.* TO 'tablekeep'@'%';"
