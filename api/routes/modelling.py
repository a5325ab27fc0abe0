"""What the modeller's dropdowns are filled from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Identifier, Request, Sentence, Text
from api.routing import Routes
from engine.repository import vocabulary
from engine.spiff import dialect
from engine.unit_of_work import UnitOfWork

routes = Routes("modelling", "建模", in_person=True)

_TYPES = sorted({each.type for each in (*dialect.ATTRIBUTES, *dialect.sign_off())})


class VocabularyQuery(Request):
    family = Text(most=64, least=1, required=True)
    draft = Identifier(load_default=None, metadata={"description": "按这个模型草稿现在的样子"})


class ModelGroupSchema(Answer):
    key = fields.String()
    name = fields.String()
    relation = fields.String()
    relation_name = Sentence()
    on_paper = fields.String(metadata={"enum": ["", "by_name", "by_account"]})
    second_factor = fields.Boolean()
    is_head = fields.Boolean()


class ModelRelationSchema(Answer):
    key = fields.String()
    name = fields.String()
    audiences = fields.List(fields.String())


class ModelFieldSchema(Answer):
    key = fields.String()
    label = fields.String()
    type = fields.String()


class ModelFormSchema(Answer):
    key = fields.String()
    name = fields.String()
    fields_ = fields.List(fields.Nested(ModelFieldSchema), data_key="fields", attribute="fields")


class HandlerUseSchema(Answer):
    element_id = fields.String()
    element_name = fields.String()
    kind = fields.String()


class ModelHandlerSchema(Answer):
    key = fields.String()
    does = fields.String(metadata={"description": "处理程序自己的说明"})
    guard = fields.Boolean(metadata={"description": "失败时拒绝引起它的办理"})
    repeatable = fields.Boolean(metadata={"description": "退回后可以再做一次"})
    used_by = fields.List(fields.Nested(HandlerUseSchema))


class ModelDecisionSchema(Answer):
    key = fields.String()
    name = fields.String()
    file = fields.String()
    inputs = fields.List(fields.String())
    outputs = fields.List(fields.String())


class ModelDeadlineSchema(Answer):
    key = fields.String()
    name = fields.String()
    amount = fields.Integer()
    unit = fields.String()
    start_event = fields.String()
    binds = fields.String()
    on_lapse = fields.String()
    is_law = fields.Boolean()
    source = fields.String()
    basis = fields.String(metadata={"description": "条款"})
    at_receipt = fields.Boolean()


class ModelParameterSchema(Answer):
    key = fields.String()
    name = fields.String()
    value = fields.Raw(allow_none=True)
    unit = fields.String()
    is_law = fields.Boolean()
    source = fields.String()


class ModelMessageSchema(Answer):
    key = fields.String()
    name = fields.String()
    by_hand = fields.Boolean(metadata={"description": "可以由人从页面发出"})
    file = fields.String()


class ModelErrorSchema(Answer):
    code = fields.String()
    name = fields.String()
    file = fields.String()


class ModelNameSchema(Answer):
    key = fields.String()
    name = fields.String()
    name_en = fields.String()


class ModelCalendarSchema(Answer):
    key = fields.String()
    years = fields.List(fields.Integer())


class ModelProcessSchema(Answer):
    key = fields.String()
    name = fields.String()
    file = fields.String()


class AttributeChoiceSchema(Answer):
    value = fields.String()
    name = fields.String()
    name_en = fields.String()


class ModelAttributeSchema(Answer):
    key = fields.String()
    on = fields.String(
        metadata={
            "enum": [dialect.ELEMENT, dialect.ON_LOOP, dialect.CHILD],
            "description": "写在元素上、多实例标记上，还是元素的子元素上",
        }
    )
    type = fields.String(metadata={"enum": _TYPES})
    choices = fields.List(fields.Nested(AttributeChoiceSchema))
    default = fields.String()
    needed = fields.Boolean()
    name = fields.String()
    name_en = fields.String()
    help = fields.String()
    help_en = fields.String()


class ModelElementSchema(Answer):
    kind = fields.String(metadata={"enum": sorted(dialect.NODES)})
    name = fields.String()
    name_en = fields.String()
    attributes = fields.List(fields.Nested(ModelAttributeSchema))


class ModelEventSchema(Answer):
    kind = fields.String()
    definitions = fields.List(fields.String())


class VocabularySchema(Answer):
    family = fields.String()
    name = fields.String()
    groups = fields.List(fields.Nested(ModelGroupSchema))
    relations = fields.List(fields.Nested(ModelRelationSchema))
    forms = fields.List(fields.Nested(ModelFormSchema))
    handlers = fields.List(fields.Nested(ModelHandlerSchema))
    decisions = fields.List(fields.Nested(ModelDecisionSchema))
    deadlines = fields.List(fields.Nested(ModelDeadlineSchema))
    parameters = fields.List(fields.Nested(ModelParameterSchema))
    messages = fields.List(fields.Nested(ModelMessageSchema))
    errors = fields.List(fields.Nested(ModelErrorSchema))
    signals = fields.List(fields.String(), metadata={"description": "模型里的信号"})
    audiences = fields.List(fields.Nested(ModelNameSchema))
    calendars = fields.List(fields.Nested(ModelCalendarSchema))
    processes = fields.List(fields.Nested(ModelProcessSchema))
    elements = fields.List(fields.Nested(ModelElementSchema))
    events = fields.List(fields.Nested(ModelEventSchema))


@routes.get("/modelling/vocabulary", VocabularySchema, query=VocabularyQuery)
def get_vocabulary(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """模型里可以写的一切：岗位、表单、处理程序、决策、期限、消息，以及每种元素支持的属性。"""
    return vocabulary.of_family(uow, query["family"], draft_id=query["draft"])
