"""Verification of requests, and the filters of the journal by the same criteria."""

import pytest

KEY = {"Authorization": "Bearer growcrm-demo-key"}
PAYMENT = {"vendor": "growcrm", "operation": "payments.create"}


class Journal:
    def __init__(self, server, http):
        self.http = http
        self.root = server.urls["vendors"]["growcrm"]["root_url"]
        self.control = f"{server.urls['main']}/_mock/sandboxes/default/journal"

    def pay(self, amount, **members):
        body = {"payment_amount": amount, **members}
        self.http.post(f"{self.root}/api/payments", json=body, headers=KEY)

    def get(self, path, **options):
        return self.http.get(self.root + path, headers=KEY, **options)

    def verify(self, code=200, **expected):
        response = self.http.post(f"{self.control}/verify", json=expected)
        assert response.status_code == code, response.text
        return response.json()

    def ids(self, **filters):
        response = self.http.get(self.control, params=filters)
        assert response.status_code == 200, response.text
        return [row["id"] for row in response.json()]


@pytest.fixture
def journal(vendors_server, http):
    journal = Journal(vendors_server, http)
    http.delete(journal.control).raise_for_status()
    return journal


@pytest.mark.parametrize(
    ("expected", "holds", "count"),
    [
        ({}, True, 3),
        ({"times": 3}, True, 3),
        ({"times": 2}, False, 3),
        ({"at_most": 2}, False, 3),
        ({"at_least": 2, "at_most": 3}, True, 3),
        ({"operation": "payments.create", "vendor": "growcrm", "times": 2}, True, 2),
        ({"body": {"payment_amount": 450.8}, "times": 1}, True, 1),
        ({"body": {"payment_amount": "450.8"}}, False, 0),
        ({"body": {"payment_amount": 1}}, False, 0),
        ({"body": {"payment_amount": 1}, "times": 0}, True, 0),
        ({"path": "/api/invoices/*", "method": "get", "status": 404}, True, 1),
        ({"status": "4xx"}, True, 3),
        ({"status": "2xx"}, False, 0),
        ({"headers": {"authorization": KEY["Authorization"]}, "times": 3}, True, 3),
    ],
)  # fmt: skip
def test_requests_are_counted_by_what_they_have(journal, expected, holds, count):
    journal.pay("450.80")
    journal.pay(45)
    journal.get("/api/invoices/999999")
    result = journal.verify(**expected)

    assert (result["holds"], result["count"]) == (holds, count)
    assert len(result["matching"]) == count


def test_the_nearest_requests_are_those_that_differ_least(journal):
    journal.get("/api/invoices", params={"page": "2"})
    journal.pay(450, note="a")
    journal.pay("450.80", note="b")
    result = journal.verify(**PAYMENT, body={"payment_amount": 450.8, "note": "a", "items": [1]})

    newest = max(row["id"] for row in result["nearest"])
    assert result["nearest"] == [
        {"id": newest, "differs": ['body.note is "b", expected "a"', "body.items is missing, expected [1]"]},
        {"id": newest - 1, "differs": ["body.payment_amount is 450, expected 450.8",
                                       "body.items is missing, expected [1]"]},
        {"id": newest - 2, "differs": [
            'operation is "invoices.search", expected "payments.create"',
            'body is missing, expected {"payment_amount": 450.8, "note": "a", "items": [1]}',
        ]},
    ]  # fmt: skip


def test_no_difference_shows_a_secret(journal):
    journal.pay(1, password=["hunter2-hunter2"], code="my-code", keys={"api_key": "hunter3"})
    expected = {"password": ["pass-1"], "code": "code-1", "keys": {"api_key": "key-1"}}
    result = journal.verify(headers={"Authorization": "Bearer secret-1"}, body=expected)

    (nearest,) = result["nearest"]
    assert nearest["differs"] == [
        'header Authorization is "Bearer ***-key", expected "Bearer ***"',
        'body.password[0] is "***", expected "***"',
        'body.code is "***", expected "***"',
        'body.keys.api_key is "***", expected "***"',
    ]


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"operatoin": "x"}, "did you mean 'operation'?"),
        ({"vendor": "growcmr"}, "did you mean 'growcrm'?"),
        ({"vendor": "growcrm", "operation": "payments.crate"}, "did you mean 'payments.create'?"),
        ({"times": 1, "at_least": 1}, "times excludes"),
        ({"at_least": 2, "at_most": 1}, "must not be less"),
        ({"times": -1}, "times"),
        ({"status": "5yy"}, "a class such as 4xx"),
        ({"body": {str(n): n for n in range(501)}}, "at most 500 values"),
    ],
)  # fmt: skip
def test_invalid_expectations_are_rejected(journal, expected, message):
    assert message in journal.verify(code=400, **expected)["error"]["message"]


def test_a_verification_is_a_conflict_if_the_journal_lost_requests_that_may_match(
    serve_growcrm, http
):
    journal = Journal(serve_growcrm(journal_size=2), http)
    for amount in (1, 2, 3):
        journal.pay(amount)

    assert journal.verify(**PAYMENT)["holds"]
    assert journal.verify(**PAYMENT, at_most=1)["holds"] is False
    assert journal.verify(operation="invoices.create", vendor="growcrm", times=0)["holds"]
    error = journal.verify(code=409, **PAYMENT, times=3)["error"]
    assert error["code"] == "journal_incomplete"
    assert "it no longer has all requests that may match (1 are missing)" in error["message"]
    http.delete(journal.control).raise_for_status()
    journal.pay(4)
    assert journal.verify(**PAYMENT, times=1)["holds"]


def test_a_verification_is_a_conflict_if_the_journal_cut_a_body_that_may_match(journal):
    journal.pay(1, notes="x" * 70_000)

    assert journal.verify(**PAYMENT, times=1)["holds"]
    assert journal.verify(**PAYMENT, body={"payment_amount": 1}, times=2)["holds"] is False
    error = journal.verify(code=409, **PAYMENT, body={"payment_amount": 1})["error"]
    assert "it cannot compare all bodies that may match (1)" in error["message"]


@pytest.fixture
def serve_growcrm(serve_vendors):
    return lambda **settings: serve_vendors(vendors=("growcrm",), data="empty", **settings)


@pytest.mark.parametrize(
    ("filters", "positions"),
    [
        ({"method": "post"}, [1, 0]),
        ({"path": "/api/inv*"}, [3, 2]),
        ({"query": "page=2&limit=5"}, [2]),
        ({"header": "X-Try: 2"}, [3]),
        ({"body": '{"payment_amount": 450.8}'}, [1]),
        ({"body": '{"payment_amount": 450.8}', "method": "GET"}, []),
        ({"until": "2000-01-01T00:00:00Z"}, []),
        ({"until": "2100-01-01T00:00:00+01:00", "limit": 1}, [3]),
    ],
)
def test_the_journal_is_filtered_by_what_requests_have(journal, http, filters, positions):
    journal.pay(45)
    journal.pay("450.80")
    journal.get("/api/invoices", params={"page": "2", "limit": "5"})
    http.get(f"{journal.root}/api/invoices", headers={**KEY, "X-Try": "2"})
    ids = sorted(journal.ids())

    assert journal.ids(**filters) == [ids[position] for position in positions]
    har = http.get(f"{journal.control}.har", params=filters).json()
    assert len(har["log"]["entries"]) == len(positions)


def test_the_console_rejects_an_id_of_other_digits(journal):
    page = journal.control.replace("/_mock", "")

    assert journal.http.get(page, params={"since": "²"}).status_code == 400


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"body": "{"}, "body must be JSON, not '{'"),
        ({"header": "X-Try"}, "header"),
        ({"until": "soon"}, "until must be an instant with an offset"),
        ({"methd": "GET"}, "did you mean 'method'?"),
    ],
)
def test_an_invalid_filter_says_what_was_expected(journal, filters, message):
    response = journal.http.get(journal.control, params=filters)

    assert response.status_code == 400
    assert message in response.json()["error"]["message"]
