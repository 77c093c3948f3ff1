#!/bin/sh
# Runs once, when the server's data folder is new: the services' user may make and change its own schemas, no others.
mysql --user=root --password="$(cat /run/secrets/mysql-root-password)" --execute="
  CREATE USER 'tablekeep'@'%' IDENTIFIED BY '$(cat /run/secrets/mysql-password)';
  GRANT ALL ON \`tablekeep\\_%\`.* TO 'tablekeep'@'%';"
