#!/usr/bin/env python3
"""Reads an iCalendar object from standard input and compares each of its VTIMEZONEs with the zoneinfo in a folder (first
argument), from the begin of one year (second) until the begin of another (third), with the `icalendar` package as the
engine.

Prints {"probes": {"Europe/Oslo": [[local, offset], ...]}, "wrong": ["Europe/Oslo ..."]}: `local` is a civil time in seconds
as if it were UTC, `offset` what the folder says of it in seconds. Civil times that happen twice or not at all are left
out; check_zones.mjs takes the same probes. Probes stand at noon of the first of each month, and around each change.

Needs: pip install icalendar
"""

import datetime
import json
import sys
import zoneinfo

import icalendar

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1)
AROUND = [step for hours in (0, 1, 2, 24) for second in (-1, 0, 1) for step in {hours * 3600 + second, second - hours * 3600}]


def offset(zone, at):
    """Seconds east of UTC at an instant in seconds."""
    return int(datetime.datetime.fromtimestamp(at, zone).utcoffset().total_seconds())


def changes(zone, begin, end):
    """The instants at which the offset changes; nowhere does it change twice within two days."""
    step = 2 * 24 * 3600
    before = offset(zone, begin)
    for low in range(begin, end, step):
        high = low + step
        after = offset(zone, high)
        if before != after:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            yield high
        before = after


def probes(zone, years):
    begin, end = (int(datetime.datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in years)
    firsts = [datetime.datetime(y, m, 1, 12, tzinfo=UTC) for y in range(*years) for m in range(1, 13)]
    instants = {int(first.timestamp()) for first in firsts}
    for at in changes(zone, begin, end):
        instants |= {at + step for step in AROUND}
    for at in sorted(instants):
        local = at + offset(zone, at)
        civil = EPOCH + datetime.timedelta(seconds=local)
        readings = {civil.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
        if len(readings) == 1:
            yield local, offset(zone, at)


def main():
    folder, *years = sys.argv[1:]
    years = [int(year) for year in years]
    zoneinfo.reset_tzpath([folder])
    calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
    result = {"probes": {}, "wrong": []}
    for component in calendar.walk("VTIMEZONE"):
        name = str(component["TZID"])
        own = component.to_tz(lookup_tzid=False)
        result["probes"][name] = list(probes(zoneinfo.ZoneInfo(name), years))
        for local, expected in result["probes"][name]:
            civil = EPOCH + datetime.timedelta(seconds=local)
            found = civil.replace(tzinfo=own).utcoffset().total_seconds()
            if found != expected:
                result["wrong"].append(f"{name} {civil}: {found}, not {expected}")
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
