"""Reads {"document": an OpenAPI document, "checks": [{"what", "schema", "instance"}]} and prints what does not fit its schema."""

import json
import sys

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

given = json.load(sys.stdin)
resource = Resource.from_contents(given["document"], default_specification=DRAFT202012)
registry = Registry().with_resource("urn:document", resource)


def anchored(schema):
    """The same schema with its references leading into the document."""
    if isinstance(schema, dict):
        return {
            name: "urn:document" + value if name == "$ref" and value.startswith("#") else anchored(value)
            for name, value in schema.items()
        }
    return [anchored(one) for one in schema] if isinstance(schema, list) else schema


faults = []
for check in given["checks"]:
    validator = OAS31Validator(anchored(check["schema"]), registry=registry, format_checker=OAS31Validator.FORMAT_CHECKER)
    for error in validator.iter_errors(check["instance"]):
        faults.append(f"{check['what']}: {error.json_path}: {error.message}"[:500])
print(json.dumps(faults))
