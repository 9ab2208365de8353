#!/usr/bin/env python3
"""Reads a JSON list of iCalendar objects from standard input with the `icalendar` package and prints, as such a list, what
it understood of each.

The shape of one is that of check_ics.mjs, which reads with another engine, so that a test can compare the two and the source:
{"errors": [], "method": null, "name": "...", "events": [{"uid", "sequence", "summary", "description", "location",
"url", "status", "start", "end", "all_day", "organizer": {"address", "name"}, "attendees": [{"address", "name",
"status"}]}]}

Times are UTC (`2026-01-31T18:00:00Z`), computed with the VTIMEZONE of the object itself; days are `2026-01-31`, the end
exclusive. What is missing is null. Needs: pip install icalendar
"""

import datetime
import json
import re
import sys

import icalendar


def text(component, name):
    value = component.get(name)
    if isinstance(value, icalendar.vUnknown):
        # The type of NAME and of an X- property is unknown to the package, which then leaves its escapes alone.
        return re.sub(r"\\([\\;,nN])", lambda escape: "\n" if escape[1] in "nN" else escape[1], str(value))
    return None if value is None else str(value)


def moment(component, name, zones, errors):
    """A date as is, a time in UTC; local times by the zones of the object, never by the system's."""
    prop = component.get(name)
    if prop is None:
        return None
    value = prop.dt
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    zone_id = prop.params.get("TZID")
    if zone_id is not None:
        if zone_id not in zones:
            errors.append(f"{name}: no VTIMEZONE for {zone_id}")
            return None
        value = value.replace(tzinfo=zones[zone_id])
    elif value.tzinfo is None:
        errors.append(f"{name}: a time without a zone")
        return None
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def person(prop):
    if prop is None:
        return None
    name = prop.params.get("CN")
    return {"address": str(prop), "name": None if name is None else str(name)}


def attendee(prop):
    status = prop.params.get("PARTSTAT")
    return {**person(prop), "status": None if status is None else str(status)}


def attendees(component):
    value = component.get("ATTENDEE", [])
    return [attendee(prop) for prop in (value if isinstance(value, list) else [value])]


def event(component, zones, errors):
    for name in ("UID", "DTSTAMP", "DTSTART"):
        if component.get(name) is None or isinstance(component.get(name), list):
            errors.append(f"{name}: not exactly once")
    start = component.get("DTSTART")
    return {
        "uid": text(component, "UID"),
        "sequence": None if component.get("SEQUENCE") is None else int(component["SEQUENCE"]),
        "summary": text(component, "SUMMARY"),
        "description": text(component, "DESCRIPTION"),
        "location": text(component, "LOCATION"),
        "url": text(component, "URL"),
        "status": text(component, "STATUS"),
        "start": moment(component, "DTSTART", zones, errors),
        "end": moment(component, "DTEND", zones, errors),
        "all_day": start is not None and not isinstance(start.dt, datetime.datetime),
        "organizer": person(component.get("ORGANIZER")),
        "attendees": attendees(component),
    }


def read(source):
    result = {"errors": [], "method": None, "name": None, "events": []}
    errors = result["errors"]
    try:
        calendars = icalendar.Calendar.from_ical(source, multiple=True)
    except ValueError as error:
        errors.append(str(error))
        return result
    if len(calendars) != 1:
        errors.append(f"{len(calendars)} calendars")
        return result
    calendar = calendars[0]
    for component in calendar.walk():
        errors.extend(f"{component.name}.{name}: {message}" for name, message in component.errors)
    zones = {}
    for zone in calendar.walk("VTIMEZONE"):
        if str(zone["TZID"]) in zones:
            errors.append(f"VTIMEZONE: {zone['TZID']} twice")
        zones[str(zone["TZID"])] = zone.to_tz(lookup_tzid=False)
    result["method"] = text(calendar, "METHOD")
    result["name"] = text(calendar, "NAME")
    if text(calendar, "X-WR-CALNAME") not in (None, result["name"]):
        errors.append("NAME and X-WR-CALNAME differ")
    result["events"] = [event(component, zones, errors) for component in calendar.walk("VEVENT")]
    return result


if __name__ == "__main__":
    sources = json.load(sys.stdin.buffer)
    json.dump([read(source.encode()) for source in sources], sys.stdout)
    sys.stdout.write("\n")
