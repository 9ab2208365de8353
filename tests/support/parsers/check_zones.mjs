#!/usr/bin/env node
// Reads {"ics": "...", "probes": {"Europe/Oslo": [[local, offset], ...]}} from standard input, as check_zones.py writes the
// probes, and prints {"wrong": [...]}: the civil times at which ical.js reads another offset from the VTIMEZONEs.
//
// Needs: npm install ical.js

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const { ics, probes } = JSON.parse(readFileSync(0, "utf8"));
const wrong = [];
for (const component of new ICAL.Component(ICAL.parse(ics)).getAllSubcomponents("vtimezone")) {
  const tzid = component.getFirstPropertyValue("tzid");
  const zone = new ICAL.Timezone({ component, tzid });
  for (const [local, expected] of probes[tzid]) {
    const date = new Date(local * 1000);
    const time = new ICAL.Time(
      {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
      },
      zone,
    );
    const found = zone.utcOffset(time);
    if (found !== expected) wrong.push(`${tzid} ${date.toISOString()}: ${found}, not ${expected}`);
  }
}
console.log(JSON.stringify({ wrong }));
