"""Pages of faults: the list, and the form of a new one, whose effect is chosen first."""

from typing import Any

import flask

from mockvoice.control.console.fault_form import (
    DEFAULT_STATUS,
    EFFECTS,
    HOWS,
    EffectForm,
    fault_of_form,
)
from mockvoice.control.console.form_state import FormState, submit
from mockvoice.control.console.forms import (
    call_handler,
    field,
    redirect_to,
    render_page,
    validate_body,
)
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidForm
from mockvoice.control.filters import webhook_logs
from mockvoice.control.handlers import faults


def add(pages: flask.Blueprint, server: ServerContext) -> None:
    """Add the page of a sandbox's faults."""

    @pages.get("/sandboxes/<name>/faults")
    def show_faults(name: str) -> str:
        effect = _find_effect(flask.request.args.get("effect", "status"))
        return _page(server, name, effect, effect.form.blank(**effect.defaults()))

    @pages.post("/sandboxes/<name>/faults")
    def create_fault(name: str) -> Any:
        effect = _find_effect(field("kind"))

        def work() -> Any:
            body = validate_body("faults.create", fault_of_form(server, effect))
            call_handler(lambda: faults.create(server, name, body))
            return redirect_to("show_faults", name=name, done="fault")

        return submit(effect.form, work, lambda state: _page(server, name, effect, state))

    @pages.post("/sandboxes/<name>/faults/clear")
    def clear_faults(name: str) -> Any:
        call_handler(lambda: faults.clear(server, name))
        return redirect_to("show_faults", name=name, done="faults-deleted")

    @pages.post("/sandboxes/<name>/faults/<int:fault_id>/delete")
    def delete_fault(name: str, fault_id: int) -> Any:
        call_handler(lambda: faults.delete(server, name, fault_id))
        return redirect_to("show_faults", name=name, done="faults-deleted")


def _find_effect(kind: str) -> EffectForm:
    """Return the effect of this kind. Raises ``InvalidForm``."""
    if kind not in EFFECTS:
        raise InvalidForm(f"the effect must be one of {', '.join(EFFECTS)}, not {kind[:100]!r}")
    return EFFECTS[kind]


def _page(server: ServerContext, name: str, effect: EffectForm, state: FormState) -> str:
    rows = call_handler(lambda: faults.search(server, name))
    logs = webhook_logs(server)
    keys = logs if effect.kind == "webhook" else server.vendors
    return render_page(
        "faults.html",
        server,
        name,
        faults=rows,
        effects=EFFECTS.values(),
        effect=effect,
        state=state,
        vendor_options=[("*", "all"), *((key, server.vendor(key).title) for key in keys)],
        operations={key: server.operations(key) for key in server.vendors},
        events=[("", "all"), *((event, event) for log in logs.values() for event in log.events)],
        hows=[(how, how) for how in HOWS],
        default_status=DEFAULT_STATUS.get(effect.kind),
    )
