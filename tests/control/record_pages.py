"""Readers of the console's pages of records: lists as CSV, and the parts of one record's page."""

import csv
import io
import json
from decimal import Decimal
from html.parser import HTMLParser

import requests


class RecordPage(HTMLParser):
    """The title, headings, totals, links and JSON of the page of one record."""

    def __init__(self, text):
        super().__init__()
        self.title, self.headings, self.totals, self.columns, self.links = "", [], {}, [], []
        self._json, self._inside, self._label, self._is_total = "", None, "", False
        self.feed(text)
        self.json = json.loads(self._json, parse_float=Decimal)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "dl":
            self._is_total = attributes.get("class") == "totals"
        elif tag == "a":
            self.links.append(attributes.get("href"))
        elif tag == "pre":
            self._json = ""
        if tag in ("h1", "h2", "dt", "dd", "th", "pre"):
            self._inside = tag
            if tag == "h2":
                self.headings.append("")

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data):
        match self._inside:
            case "h1":
                self.title += data
            case "h2":
                self.headings[-1] += data
            case "th" if data.strip():
                self.columns.append(data.strip())
            case "dt":
                self._label = data.strip()
            case "dd" if self._is_total:
                self.totals[self._label] = self.totals.get(self._label, "") + data
            case "pre":
                self._json += data


class Console:
    """The pages of one sandbox's records."""

    def __init__(self, main):
        self._base = f"{main}/sandboxes/default/records"
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path):
        """Return a page, which has to exist."""
        response = self._session.get(f"{self._base}/{path}", timeout=30)
        assert response.status_code == 200, (path, response.text[:2000])
        return response

    def rows(self, vendor, kind):
        """Return the rows of a list, by the kind's headings."""
        text = self.get(f"{vendor}/{kind}.csv").text
        return list(csv.DictReader(io.StringIO(text)))

    def record(self, vendor, kind, key):
        """Return the parts of a record's page."""
        return RecordPage(self.get(f"{vendor}/{kind}/{key}").text)

    def close(self):
        """Close the connection."""
        self._session.close()
