"""Reads a page as a browser does: what it says, where it leads, and what its forms would send."""

import json
import sys
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "hr", "img", "link"}
SILENT = {"style", "script", "head", "datalist"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.errors, self.ids, self.fors, self.referred = [], [], [], [], []
        self.page = {"language": None, "title": "", "heading": "", "texts": [], "links": [], "forms": [], "tags": [], "head": {}, "data": None}
        self.field = self.option = self.label = None
        self.labels = {}

    def handle_starttag(self, tag, attributes):
        if len(attributes) != len(dict(attributes)):
            self.errors.append(f"<{tag}> has an attribute twice")
        attributes = dict(attributes)
        # Data is no script: nothing runs it.
        is_data = tag == "script" and attributes.get("type") == "application/ld+json"
        self.page["tags"].append("data" if is_data else tag)
        if is_data:
            self.page["data"] = ""
        if tag == "meta" and ("name" in attributes or "property" in attributes):
            self.page["head"][attributes.get("name") or attributes["property"]] = attributes.get("content")
        if tag == "link":
            self.page["head"][attributes["rel"]] = attributes["href"]
        if any(name.startswith("on") or name == "style" for name in attributes):
            self.errors.append(f"<{tag}> runs or styles something")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.referred += attributes.get("aria-describedby", "").split()
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.page["language"] = attributes.get("lang")
        elif tag == "a":
            self.page["links"].append({"href": attributes.get("href"), "text": ""})
            if attributes.get("href", "").startswith("#"):
                self.referred.append(attributes["href"][1:])
        elif tag == "form":
            form = {"action": attributes.get("action", ""), "method": attributes.get("method", "get"), "fields": [], "buttons": []}
            self.page["forms"].append(form)
        elif tag == "label":
            self.label = attributes.get("for")
            self.fors.append(self.label)
            self.labels[self.label] = ""
        elif tag in ("input", "textarea", "select"):
            self.begin_field(tag, attributes)
        elif tag == "option" and "select" in self.open:
            self.option = {"value": attributes.get("value"), "text": "", "is_selected": "selected" in attributes}
            self.field["options"].append(self.option)
        elif tag == "button":
            self.page["forms"][-1]["buttons"].append("")

    def begin_field(self, tag, attributes):
        kind = attributes.get("type", "text") if tag == "input" else tag
        self.field = {
            "name": attributes["name"], "id": attributes.get("id"), "kind": kind, "value": attributes.get("value", ""),
            "is_required": "required" in attributes, "is_invalid": attributes.get("aria-invalid") == "true", "options": [],
            "is_checked": "checked" in attributes,
        }
        self.page["forms"][-1]["fields"].append(self.field)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.errors.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()
        if tag == "textarea":
            # The first line break of a text area is not part of it.
            self.field["value"] = self.field["value"].removeprefix("\n")
        if tag == "label":
            self.label = None

    def handle_data(self, data):
        innermost = self.open[-1] if self.open else ""
        if innermost == "title":
            self.page["title"] += data
        elif innermost == "script" and self.page["data"] is not None:
            self.page["data"] += data
        elif innermost == "h1":
            self.page["heading"] += data
        elif innermost == "textarea":
            self.field["value"] += data
        elif innermost == "option" and "select" in self.open:
            self.option["text"] += data
        elif innermost == "button":
            self.page["forms"][-1]["buttons"][-1] += data
        if self.label is not None:
            self.labels[self.label] += data
        if "a" in self.open:
            self.page["links"][-1]["text"] += data
        if data.strip() and not SILENT & set(self.open) and innermost not in ("option", "textarea"):
            self.page["texts"].append(" ".join(data.split()))


reader = Page()
source = sys.stdin.buffer.read().decode("utf-8")
reader.feed(source)
reader.close()
if reader.open:
    reader.errors.append(f"left open: {reader.open}")
reader.errors += [f"the id {one} stands twice" for one in sorted(set(reader.ids)) if reader.ids.count(one) > 1]
reader.errors += [f"nothing has the id {one}" for one in reader.fors + reader.referred if one not in reader.ids]
for form in reader.page["forms"]:
    for field in form["fields"]:
        field["label"] = " ".join(reader.labels.get(field["id"], "").split())
        if not field["label"] and field["kind"] != "hidden":
            reader.errors.append(f"{field['name']} has no label")
if reader.page["data"] is not None:
    reader.page["data"] = json.loads(reader.page["data"])
print(json.dumps({**reader.page, "errors": reader.errors}))
