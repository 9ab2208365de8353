#!/usr/bin/env python3
"""Checks the DKIM signature of the mail on standard input with the `dkimpy` package, as a receiver does.

Its arguments are the name and the value of the one TXT record that there is. Prints {"valid": true} or {"valid": false},
and the signed field names under "signed", for a mail with a signature; "error" holds what the package says.
Needs: pip install dkimpy[ed25519]
"""

import json
import re
import sys

import dkim


def main():
    name, value = sys.argv[1], sys.argv[2]
    mail = sys.stdin.buffer.read()

    def dns(asked, timeout=5):
        asked = asked.decode() if isinstance(asked, bytes) else asked
        return value.encode() if asked.rstrip(".") == name else None

    answer = {"valid": False, "signed": [], "error": None}
    try:
        check = dkim.DKIM(mail)
        answer["valid"] = bool(check.verify(dnsfunc=dns))
    except dkim.DKIMException as error:
        answer["error"] = str(error)
    head = re.search(rb"(?s)DKIM-Signature:.*?[;\s]h=(.*?);", mail)
    if head:
        names = head[1].decode().lower()
        answer["signed"] = [part.strip() for part in names.split(":")]
    json.dump(answer, sys.stdout)


main()
