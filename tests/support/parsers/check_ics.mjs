#!/usr/bin/env node
// Reads a JSON list of iCalendar objects from standard input with ical.js (the engine of Thunderbird) and prints what it
// understood as such a list, in the shape that check_ics.py describes, so that a test can compare the two and the source.
//
// Needs: npm install ical.js

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const text = (component, name) => {
  const property = component.getFirstProperty(name);
  if (property === null) return null;
  const value = property.getFirstValue();
  // The type of an X- property is unknown to the engine, which then leaves its escapes alone.
  return property.type === "unknown"
    ? String(value).replace(/\\([\\;,nN])/g, (_, escaped) => (/n/i.test(escaped) ? "\n" : escaped))
    : String(value);
};

const moment = (component, name, zones, errors) => {
  const property = component.getFirstProperty(name);
  if (property === null) return null;
  const value = property.getFirstValue();
  if (value.isDate) return value.toString();
  const zoneId = property.getParameter("tzid");
  if (zoneId !== undefined) {
    if (!zones.has(zoneId)) {
      errors.push(`${name.toUpperCase()}: no VTIMEZONE for ${zoneId}`);
      return null;
    }
    value.zone = zones.get(zoneId);
  } else if (value.zone !== ICAL.Timezone.utcTimezone) {
    errors.push(`${name.toUpperCase()}: a time without a zone`);
    return null;
  }
  return new Date(value.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");
};

const person = (property) =>
  property === null ? null : { address: property.getFirstValue(), name: property.getParameter("cn") ?? null };

const attendee = (property) => ({ ...person(property), status: property.getParameter("partstat") ?? null });

const event = (component, zones, errors) => {
  for (const name of ["uid", "dtstamp", "dtstart"]) {
    if (component.getAllProperties(name).length !== 1) errors.push(`${name.toUpperCase()}: not exactly once`);
  }
  return {
    uid: text(component, "uid"),
    sequence: component.getFirstPropertyValue("sequence"),
    summary: text(component, "summary"),
    description: text(component, "description"),
    location: text(component, "location"),
    url: text(component, "url"),
    status: text(component, "status"),
    start: moment(component, "dtstart", zones, errors),
    end: moment(component, "dtend", zones, errors),
    all_day: component.getFirstPropertyValue("dtstart")?.isDate ?? false,
    organizer: person(component.getFirstProperty("organizer")),
    attendees: component.getAllProperties("attendee").map(attendee),
  };
};

const read = (source) => {
  const result = { errors: [], method: null, name: null, events: [] };
  let parsed;
  try {
    parsed = ICAL.parse(source);
  } catch (error) {
    result.errors.push(error.message);
    return result;
  }
  if (parsed[0] !== "vcalendar") {
    result.errors.push("not exactly one calendar");
    return result;
  }
  const calendar = new ICAL.Component(parsed);
  const zones = new Map();
  for (const component of calendar.getAllSubcomponents("vtimezone")) {
    const zoneId = component.getFirstPropertyValue("tzid");
    if (zones.has(zoneId)) result.errors.push(`VTIMEZONE: ${zoneId} twice`);
    zones.set(zoneId, new ICAL.Timezone({ component, tzid: zoneId }));
  }
  result.method = text(calendar, "method");
  result.name = text(calendar, "name");
  if (![null, result.name].includes(text(calendar, "x-wr-calname"))) result.errors.push("NAME and X-WR-CALNAME differ");
  result.events = calendar.getAllSubcomponents("vevent").map((each) => event(each, zones, result.errors));
  return result;
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
