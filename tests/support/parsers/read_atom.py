"""Reads an Atom feed from standard input as feed readers do, checks what RFC 4287 requires of it, and prints what it says as JSON."""

import json
import re
import sys
import xml.etree.ElementTree as tree

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
KNOWN = {"feed", "entry", "id", "title", "updated", "published", "link", "author", "name", "generator", "category", "summary"}
errors = []


def only(node, name):
    """The one child of this name that has to be there (4.1.1, 4.1.2)."""
    found = node.findall(ATOM + name)
    if len(found) != 1:
        errors.append(f"{len(found)} {name} in {node.tag}")
        return None
    return found[0]


def text(node, name):
    child = only(node, name)
    if child is None:
        return None
    if child.get("type", "text") != "text" or len(child):
        errors.append(f"{name} is not plain text")
    return child.text or ""


def date(node, name):
    said = text(node, name)
    if said is None or not DATE.fullmatch(said):
        errors.append(f"{name} is no date: {said}")
    return said


def links(node):
    found = [dict(link.attrib) for link in node.findall(ATOM + "link")]
    alternate = [(link.get("type"), link.get("hreflang")) for link in found if link.get("rel", "alternate") == "alternate"]
    if len(alternate) != len(set(alternate)):
        errors.append("two alternates of one type")
    for link in found:
        if not re.fullmatch(r"https?://[!-;=?-\[\]_a-z~]+", link.get("href", "")):
            errors.append(f"no address: {link}")
    return found


def authors(node):
    return [text(author, "name") for author in node.findall(ATOM + "author")]


def read_id(node):
    said = text(node, "id")
    if said is None or not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", said):
        errors.append(f"no id: {said}")
    return said


def read_entry(entry):
    found = links(entry)
    if not any(link.get("rel", "alternate") == "alternate" for link in found):
        errors.append("an entry without content or alternate")
    return {
        "id": read_id(entry),
        "title": text(entry, "title"),
        "published": date(entry, "published"),
        "updated": date(entry, "updated"),
        "summary": text(entry, "summary"),
        "links": found,
        "authors": authors(entry),
        "categories": [category.get("term") for category in entry.findall(ATOM + "category")],
        "language": entry.get(LANGUAGE),
    }


feed = tree.fromstring(sys.stdin.buffer.read())
if feed.tag != ATOM + "feed":
    errors.append(f"the root is {feed.tag}")
for node in feed.iter():
    if node.tag.removeprefix(ATOM) not in KNOWN:
        errors.append(f"an element that is not ours: {node.tag}")
read = {
    "id": read_id(feed),
    "title": text(feed, "title"),
    "updated": date(feed, "updated"),
    "links": links(feed),
    "authors": authors(feed),
    "generator": text(feed, "generator"),
    "language": feed.get(LANGUAGE),
    "entries": [read_entry(entry) for entry in feed.findall(ATOM + "entry")],
}
if not any(link.get("rel") == "self" for link in read["links"]):
    errors.append("no self")
if not read["authors"] and not all(entry["authors"] for entry in read["entries"]):
    errors.append("nobody is the author")
ids = [entry["id"] for entry in read["entries"]]
if len(ids) != len(set(ids)):
    errors.append("an id twice")
read["errors"] = errors
json.dump(read, sys.stdout)
