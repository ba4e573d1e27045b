#!/usr/bin/env python3
"""A page as Python's parser reads it, a line of JSON an event.

    python3 page_tree.py FILE

["start", name, {attributes}], ["end", name] and ["text", text]; white space
alone is left out. Ends with status 1 at what the parser would have to mend: an
end that does not match, an element that never ends, an attribute twice.
"""

import html.parser
import json
import sys

# Elements without an end (HTML standard, "Void elements").
VOID = {"br", "hr", "img", "input", "link", "meta"}
# Of SVG, which may end in themselves.
EMPTY = {"path", "rect"}


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []

    def tell(self, *event):
        print(json.dumps(event, ensure_ascii=True))

    def fail(self, why):
        sys.exit(f"line {self.getpos()[0]}: {why}")

    def start(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.fail(f"an attribute of <{tag}> comes twice")
        self.tell("start", tag, dict(attributes))

    def handle_starttag(self, tag, attributes):
        self.start(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if tag not in EMPTY:
            self.fail(f"<{tag}/> does not end in itself")
        self.start(tag, attributes)
        self.tell("end", tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.fail(f"</{tag}> has no beginning")
        self.tell("end", tag)

    def handle_data(self, text):
        if text.strip():
            self.tell("text", text)

    def handle_comment(self, text):
        self.fail("a comment")

    def unknown_decl(self, data):
        self.fail("a section")

    def handle_pi(self, data):
        self.fail("an instruction")


reader = Reader()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    reader.feed(file.read())
reader.close()
if reader.open:
    sys.exit(f"<{reader.open[-1]}> never ends")
