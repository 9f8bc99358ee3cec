# SPDX-License-Identifier: Apache-2.0
"""Checks the recorded messages, which are what the encoders make, against the schemas of docs/protocol."""

import json
import pathlib
import re
import sys
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = ROOT / "tests" / "data" / "messages"


def validator(name):
    schema = json.loads((ROOT / "docs" / "protocol" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def recorded(pattern):
    return sorted(RECORDED.glob(f"v*/{pattern}"))


class ProtocolSchemas(unittest.TestCase):
    def check(self, name, pattern, body_of):
        files = recorded(pattern)
        self.assertTrue(files, pattern)
        for file in files:
            with self.subTest(file=file.name):
                validator(name).validate(json.loads(body_of(file.read_text(encoding="utf-8"))))

    def test_requests(self):
        self.check("request_body", "request*.txt", lambda text: text.split("\n", 1)[1])

    def test_answers(self):
        self.check("answer", "answer_*.json", str)

    def test_presences(self):
        self.check("presence", "presence_*.json", str)

    def test_results(self):
        self.check("result", "result*.json", str)

    def test_data_of_checks(self):
        for pattern in ("answer_done.json", "answer_many_checks.json", "answer_too_many_checks.json"):
            self.check("nrpe_data", pattern, lambda text: json.dumps(json.loads(text)["data"]))

    def test_every_member_that_is_sent_is_described(self):
        for name, pattern in (("answer", "answer_*.json"), ("presence", "presence_*.json"), ("result", "result*.json")):
            described = set(validator(name).schema["properties"])
            for file in recorded(pattern):
                self.assertLessEqual(set(json.loads(file.read_text(encoding="utf-8"))), described, file.name)

    def test_the_worked_examples_are_recorded_messages(self):
        page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
        examples = re.findall(r"<!-- (\S+) -->\n```\n(.*?)\n```\n", page, re.DOTALL)
        self.assertEqual(5, len(examples))
        for name, text in examples:
            self.assertEqual((RECORDED / "v0.1" / name).read_text(encoding="utf-8"), text, name)

    def test_a_wrong_message_is_seen(self):
        message = json.loads((RECORDED / "v0.1" / "result.json").read_text(encoding="utf-8"))
        for wrong in ({"state": 4}, {"node": "Web1"}, {"now": "noon"}, {"check": "c" * 257}):
            with self.assertRaises(jsonschema.ValidationError):
                validator("result").validate({**message, **wrong})


if __name__ == "__main__":
    sys.exit(unittest.main())
