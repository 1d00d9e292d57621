"""The login of browsers with the control token, and the log-out."""

import re

import pytest

LOG_OUT = '<form class="log-out" method="post" action="/log-out"><button>Log out</button></form>'


def test_the_login_form_asks_for_the_token_once(protected, console_session):
    form = console_session.get(f"{protected}/sandboxes/default/faults")
    assert form.status_code == 401
    assert 'name="next" value="/sandboxes/default/faults"' in form.text
    rejected = console_session.post(f"{protected}/enter", data={"token": "sesame", "next": "/"})
    assert (rejected.status_code, "Invalid control token." in rejected.text) == (401, True)
    login = console_session.post(
        f"{protected}/enter", data={"token": "sésame & co", "next": "/sandboxes/default/faults"},
        headers={"Origin": protected}, allow_redirects=False,
    )  # fmt: skip
    cookie = login.headers["Set-Cookie"]

    assert (login.status_code, login.headers["Location"]) == (303, "/sandboxes/default/faults")
    assert "; HttpOnly; SameSite=Strict; Path=/" in cookie
    assert "sesame" not in cookie
    assert console_session.get(f"{protected}/sandboxes/default/faults").status_code == 200
    assert console_session.get(f"{protected}/_mock/health").status_code == 200
    allowed = console_session.post(
        f"{protected}/sandboxes/default/clock",
        data={"state": "freeze"},
        headers={"Origin": protected},
    )
    assert allowed.status_code == 200
    foreign = console_session.put(f"{protected}/_mock/sandboxes/default/clock", json={"frozen": False},
                         headers={"Origin": "http://localhost:3000"})  # fmt: skip
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"]
)
def test_login_redirects_only_to_paths_of_this_server(protected, console_session, to):
    form = {"token": "sésame & co", "next": to}
    login = console_session.post(f"{protected}/enter", data=form, allow_redirects=False)

    assert (login.status_code, login.headers["Location"]) == (303, "/")


def test_a_client_that_does_not_accept_html_gets_json(protected, http):
    response = http.get(
        f"{protected}/", headers={"Accept": "application/json", "Cookie": "mockvoice_1=x"}
    )

    assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthorized")


def test_the_login_opens_the_page_that_was_asked_for_with_its_query(protected, console_session):
    path = "/sandboxes/default/records/growcrm/invoices?status=overdue&sort=-amount"
    form = console_session.get(protected + path).text
    (next_path,) = re.findall(r'name="next" value="([^"]*)"', form)
    next_path = next_path.replace("&amp;", "&")
    wrong = console_session.post(f"{protected}/enter", data={"token": "no", "next": next_path}).text
    login = console_session.post(
        f"{protected}/enter",
        data={"token": "sésame & co", "next": next_path},
        allow_redirects=False,
    )

    assert next_path == path
    assert form.count("overdue") == wrong.count("overdue")
    assert login.headers["Location"] == path


@pytest.fixture
def logged_in(protected, console_session):
    """A session that has logged in; the server deletes its cookie at the log-out."""
    form = {"token": "sésame & co", "next": "/"}
    response = console_session.post(f"{protected}/enter", data=form, headers={"Origin": protected})
    assert response.status_code == 200
    return console_session


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sandboxes/default",
        "/_mock/vendors/growcrm/docs",
        "/requests",
        "/sandboxes/nobody",
        "/no",
    ],
)
def test_each_page_has_a_button_to_log_out(protected, logged_in, path):
    assert LOG_OUT in logged_in.get(protected + path).text


def test_the_log_out_deletes_the_cookie_and_shows_the_login(protected, logged_in):
    page = logged_in.post(f"{protected}/log-out", headers={"Origin": protected})
    again = logged_in.get(f"{protected}/sandboxes/default")
    changed = logged_in.post(
        f"{protected}/sandboxes/default/clock", data={"state": "freeze"},
        headers={"Origin": protected, "Accept": "application/json"},
    )  # fmt: skip

    assert (page.url, page.status_code) == (f"{protected}/enter?done=logged-out", 401)
    assert '<p role="status">You are logged out.</p>' in page.text
    assert 'name="next" value="/"' in page.text
    assert not logged_in.cookies
    assert (again.status_code, changed.status_code) == (401, 401)
    assert "You are logged out" not in again.text


def test_the_cookie_is_deleted_with_the_attributes_with_which_it_was_set(protected, logged_in):
    response = logged_in.post(
        f"{protected}/log-out", headers={"Origin": protected}, allow_redirects=False
    )
    port = protected.rpartition(":")[2]

    assert response.headers["Set-Cookie"] == (
        f"mockvoice_{port}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    )
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost:3000"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_site_cannot_log_out(protected, logged_in, headers):
    response = logged_in.post(f"{protected}/log-out", headers=headers, allow_redirects=False)

    assert response.status_code == 403
    assert logged_in.get(f"{protected}/sandboxes/default").status_code == 200


def test_a_link_does_not_log_out(protected, logged_in):
    assert logged_in.get(f"{protected}/log-out").status_code == 404
    assert logged_in.get(f"{protected}/sandboxes/default").status_code == 200


def test_the_login_page_leads_a_browser_that_is_logged_in_to_the_home_page(protected, logged_in):
    assert logged_in.get(f"{protected}/enter").url == f"{protected}/"


def test_a_server_without_a_control_token_has_no_log_out(main, console_session):
    assert "Log out" not in console_session.get(f"{main}/sandboxes/default").text
    response = console_session.post(f"{main}/log-out", headers={"Origin": main})
    assert response.status_code in (404, 405)
