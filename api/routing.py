"""A noun's addresses, read as a table: method, rule, what it takes, what it answers.

Each entry puts the same layers around a view, outermost first: who is signed in and may write
(api/auth.py), the precondition, the checked query and body (api/parsing.py), the transaction
(api/transaction.py), the answer's schema. The OpenAPI document is written from the same entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, TypeVar

import flask_smorest
import marshmallow as ma
from flask import Response, request

from api import auth, idempotency, preconditions
from api.parsing import MULTIPART, StrictParser
from api.transaction import reading, writing

PREFIX = "/api/v1"

AnyView = TypeVar("AnyView", bound=Callable[..., Any])
Schema = type[ma.Schema]
Security = tuple[Mapping[str, Sequence[str]], ...]

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": '所依据的版本：`"<revision>"`；`*` 表示不论哪个版本。',
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$'},
}
ETAG = {"description": "版本号，用于 If-Match", "schema": {"type": "string"}}
#: What is no JSON is answered by the view itself.
RAW = {"type": "string", "format": "binary"}
IDEMPOTENCY_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "同一个键的同一个请求只办理一次，重发时得到同一个回答。",
    "schema": {"type": "string", "pattern": f"^{idempotency.PATTERN}$"},
}
#: The header proves that our page itself sent the request; a bearer token needs no such proof.
SIGNED_IN: Security = ({"session": []}, {"bearer": []})
SIGNED_IN_TO_WRITE: Security = ({"session": [], "csrf": []}, {"bearer": []})


PARSER = StrictParser()


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """The library's blueprint with our parser."""

    ARGUMENTS_PARSER = PARSER

    def register_views_in_doc(self, api: Any, *args: Any, **kwargs: Any) -> None:
        """As the library does, when the document is asked for."""
        describe = super().register_views_in_doc
        api.describe_later(lambda: describe(api, *args, **kwargs))

    def _prepare_arguments_doc(self, doc: Any, doc_info: Any, **context: Any) -> Any:
        """As the library does, but a refusal is documented once for all: as the default answer."""
        doc_info.get("arguments", {}).pop("responses", None)
        return super()._prepare_arguments_doc(doc, doc_info, **context)


class Routes:
    """The addresses of one noun. `api.app` registers what `blueprint` holds."""

    def __init__(
        self,
        name: str,
        description: str,
        *,
        admin: bool = False,
        in_person: bool = False,
        session_only: bool = False,
    ) -> None:
        """With `admin` a token needs the scope of that name; with `session_only` none will do.

        With one of these, or `in_person`, nobody acts for another (代理).
        """
        self.name = name
        self.admin = admin
        self.in_person = in_person
        self.session_only = session_only
        self.blueprint: Any = Blueprint(name, name, url_prefix=PREFIX, description=description)

    def get(
        self,
        rule: str,
        answers: Schema | None = None,
        *,
        query: Schema | None = None,
        public: bool = False,
        revision: str | None = None,
        many: bool = False,
        media_type: str | None = None,
        status: int = 200,
        own_transaction: bool = False,
        unenrolled: bool = False,
        conditional: bool = False,
    ) -> Callable[[AnyView], AnyView]:
        """Answers 200, a list with `many`. `revision` names the member that is the answer's ETag.

        With `own_transaction` the view is given no unit of work. A `conditional` answer is tagged by
        what it says, and is 304 to who has it already.
        """
        return self._entry(
            "GET",
            rule,
            answers=answers,
            query=query,
            public=public,
            revision=revision,
            many=many,
            media_type=media_type,
            status=status,
            own_transaction=own_transaction,
            unenrolled=unenrolled,
            conditional=conditional,
        )

    def post(
        self,
        rule: str,
        answers: Schema | None = None,
        *,
        takes: Schema | None = None,
        status: int = 200,
        if_match: bool = False,
        revision: str | None = None,
        form: Mapping[str, Any] | None = None,
        or_json: bool = False,
        public: bool = False,
        own_transaction: bool = False,
        unenrolled: bool = False,
    ) -> Callable[[AnyView], AnyView]:
        """An act. With `form`, the schema of a multipart body, that is taken instead of JSON, its
        fields checked by `takes`, its files left to the view; with `or_json` either is taken.

        With `own_transaction` the view is given no unit of work, and keys are not kept. What is open
        to the `unenrolled` answers before a demanded second factor is there.
        """
        return self._entry(
            "POST",
            rule,
            answers=answers,
            takes=takes,
            status=status,
            if_match=if_match,
            revision=revision,
            form=form,
            or_json=or_json,
            public=public,
            own_transaction=own_transaction,
            unenrolled=unenrolled,
        )

    def put(
        self,
        rule: str,
        answers: Schema,
        *,
        takes: Schema,
        if_match: bool = False,
        revision: str | None = None,
    ) -> Callable[[AnyView], AnyView]:
        """Replaces something."""
        return self._entry(
            "PUT", rule, answers=answers, takes=takes, if_match=if_match, revision=revision
        )

    def delete(
        self, rule: str, *, own_transaction: bool = False, unenrolled: bool = False
    ) -> Callable[[AnyView], AnyView]:
        """Answers 204. With `own_transaction` the view is given no unit of work."""
        return self._entry(
            "DELETE", rule, status=204, own_transaction=own_transaction, unenrolled=unenrolled
        )

    def _entry(
        self,
        method: str,
        rule: str,
        *,
        answers: Schema | None = None,
        takes: Schema | None = None,
        query: Schema | None = None,
        status: int = 200,
        public: bool = False,
        if_match: bool = False,
        revision: str | None = None,
        many: bool = False,
        media_type: str | None = None,
        form: Mapping[str, Any] | None = None,
        or_json: bool = False,
        own_transaction: bool = False,
        unenrolled: bool = False,
        conditional: bool = False,
    ) -> Callable[[AnyView], AnyView]:
        writes = method != "GET"

        def register(view: AnyView) -> AnyView:
            layered: Callable[..., Any] = _tagged(view, revision) if revision else view
            layered = self.blueprint.response(
                status,
                RAW if media_type else answers and answers(many=many),
                content_type=media_type,
                headers={"ETag": ETAG} if revision else None,
            )(layered)
            if not own_transaction:
                layered = writing(layered) if writes else reading(layered)
            if takes is not None and form is not None:
                location = "json_or_form" if or_json else "form"
                layered = PARSER.use_args(takes, location=location)(layered)
            elif takes is not None:
                layered = self.blueprint.arguments(takes, location="json")(layered)
            if query is not None:
                layered = self.blueprint.arguments(query, location="query")(layered)
            if conditional:
                layered = _compared(layered)
            admit = auth.admit_anyone if public else self._door(writes, unenrolled=unenrolled)
            layered = _guarded(layered, admit, if_match=if_match)
            layered = self.blueprint.doc(
                **_document(
                    operation=f"{self.name}_{view.__name__}",
                    public=public,
                    bodies={
                        **({"application/json": takes} if or_json else {}),
                        **({MULTIPART: form} if form else {}),
                    },
                    parameters=[
                        *([IF_MATCH] if if_match else []),
                        *([IDEMPOTENCY_KEY] if method == "POST" and not own_transaction else []),
                    ],
                    writes=writes,
                )
            )(layered)
            self.blueprint.add_url_rule(rule, None, layered, methods=[method])
            return view

        return register

    def _door(self, writes: bool, *, unenrolled: bool) -> Callable[[], None]:
        return partial(
            auth.require,
            writes=writes,
            admin=self.admin,
            in_person=self.in_person,
            session_only=self.session_only,
            unenrolled=unenrolled,
        )


def _guarded(
    view: Callable[..., Response], admit: Callable[[], None], *, if_match: bool
) -> Callable[..., Response]:
    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        admit()
        if if_match:
            preconditions.demand()
        return view(*args, **kwargs)

    return wrapper


def _compared(view: Callable[..., Response]) -> Callable[..., Response]:
    """Tag the answer with a digest of what it says; 304 without a body where the client has it."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        answer = view(*args, **kwargs)
        answer.add_etag()
        # If-Match is for changes; a client that sends it with every request still gets its answer
        asked = {key: value for key, value in request.environ.items() if key != "HTTP_IF_MATCH"}
        answer.make_conditional(asked)
        return answer

    return wrapper


def _tagged(view: Callable[..., Mapping[str, Any]], member: str) -> Callable[..., Any]:
    """Add the ETag of the member of the answer at this dotted path, e.g. `task.revision`."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        value: Any = answer
        for step in member.split("."):
            value = value[step]
        return answer, {"ETag": preconditions.tag(value)}

    return wrapper


def _document(
    *,
    operation: str,
    public: bool,
    writes: bool,
    parameters: list[Mapping[str, Any]],
    bodies: Mapping[str, Any],
) -> dict[str, Any]:
    document: dict[str, Any] = {"operationId": operation, "security": []}
    if not public:
        document["security"] = list(SIGNED_IN_TO_WRITE if writes else SIGNED_IN)
    if parameters:
        document["parameters"] = parameters
    if bodies:
        content = {media_type: {"schema": schema} for media_type, schema in bodies.items()}
        document["requestBody"] = {"required": True, "content": content}
    return document
