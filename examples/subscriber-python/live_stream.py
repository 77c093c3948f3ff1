"""Follows Tablekeep's live stream and prints each event as a line of JSON. Needs Python 3.9 or newer and nothing else.

    TABLEKEEP_URL=http://127.0.0.1:4000 TABLEKEEP_TOKEN=tk_… python3 live_stream.py ['prefix=dev.tablekeep.session.']

The id of the last event handled is kept in STATE_FILE (last-event-id.txt): whatever happens to the connection, to
Tablekeep or to this program, it goes on after that one. An event may be handled twice, if this program ends between
handling and writing the id down; "id" in the event tells.
"""

import http.client
import os
import random
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("TABLEKEEP_URL", "http://127.0.0.1:4000")
TOKEN = os.environ.get("TABLEKEEP_TOKEN")
STATE_FILE = os.environ.get("STATE_FILE", "last-event-id.txt")
FILTER = sys.argv[1] if len(sys.argv) > 1 else ""
# Longer than Tablekeep is ever silent: it sends something every 15 seconds.
SILENCE_SECONDS = 45
GAP = "dev.tablekeep.stream.gap"


def load_last_event_id():
    try:
        with open(STATE_FILE, encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def remember(event_id):
    """Whole or not at all, also where the program ends meanwhile."""
    with open(STATE_FILE + ".new", "w", encoding="utf-8") as file:
        file.write(event_id)
    os.replace(STATE_FILE + ".new", STATE_FILE)


def blocks(lines):
    """The blocks of a stream of server-sent events, as dictionaries of their fields; comments are left out."""
    fields = {}
    for raw in lines:
        line = raw.decode("utf-8").rstrip("\r\n")
        if line == "":
            yield fields
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


def follow(state):
    headers = {"Authorization": "Bearer " + TOKEN}
    if state["id"]:
        headers["Last-Event-ID"] = state["id"]
    request = urllib.request.Request(URL + "/events?" + FILTER, headers=headers)
    with urllib.request.urlopen(request, timeout=SILENCE_SECONDS) as answer:
        for fields in blocks(answer):
            if "retry" in fields:
                state["retry"] = int(fields["retry"]) / 1000
            if fields.get("event") == GAP:
                print("events are missing here: " + fields["data"], file=sys.stderr, flush=True)
            elif "data" in fields:
                print(fields["data"], flush=True)
            if "id" in fields and fields["id"] != state["id"]:
                remember(fields["id"])
                state["id"] = fields["id"]


def main():
    if not TOKEN:
        sys.exit("Set TABLEKEEP_TOKEN to an API token; READ_ONLY is enough.")
    state = {"id": load_last_event_id(), "retry": 1.0}
    while True:
        try:
            follow(state)
            print("the stream has ended; connecting again", file=sys.stderr, flush=True)
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            # A request that will never be right ends the program; anything else may be right later.
            if error.code in (400, 401, 403):
                sys.exit(f"Tablekeep refuses ({error.code}): {text}")
            print(f"no stream: {error.code} {text}; connecting again", file=sys.stderr, flush=True)
        except (OSError, http.client.HTTPException) as error:
            print(f"no stream: {error}; connecting again", file=sys.stderr, flush=True)
        time.sleep(state["retry"] * random.uniform(0.5, 1.5))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
