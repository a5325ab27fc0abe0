"""Built-ins on contexts."""

from __future__ import annotations

from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.values import Value


@builtin("get value", "m: context", "key: string")
def get_value(run: Evaluation, context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@builtin("get value", "context: context", "keys: list")
def get_value_at(run: Evaluation, context: dict[str, Value], keys: list[Value]) -> Value:
    """The value at a path of keys."""
    found: Value = context
    for key in keys:
        found = found.get(key) if isinstance(found, dict) and isinstance(key, str) else None
    return found if keys else None


@builtin("get entries", "m: context")
def get_entries(run: Evaluation, context: dict[str, Value]) -> Value:
    run.spend(len(context))
    run.hold(32 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(run: Evaluation, entries: list[Value]) -> Value:
    run.spend(len(entries))
    run.hold(16 * len(entries))
    made: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(key, str) or "value" not in entry:
            return run.null("context 的每一项应有文本键 key 和值 value")
        if key in made:
            return run.null(f"context 的键“{key}”重复")
        made[key] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: any")
def context_put(run: Evaluation, context: dict[str, Value], key: str, value: Value) -> Value:
    run.spend(len(context))
    run.hold(16 * len(context) + 16)
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: any")
def context_put_at(
    run: Evaluation, context: dict[str, Value], keys: list[Value], value: Value
) -> Value:
    """The context with the value at a path of keys, made where it is missing."""
    if not keys or not isinstance(keys[0], str):
        return run.null("context put 的键应为文本")
    if len(keys) == 1:
        return context_put(run, context, keys[0], value)
    inner = context.get(keys[0])
    if inner is not None and not isinstance(inner, dict):
        return run.null("context put 的路径上有不是上下文的值")
    made = context_put_at(run, inner or {}, keys[1:], value)
    return context_put(run, context, keys[0], made) if made is not None else None


@builtin("context merge", "contexts: list")
def context_merge(run: Evaluation, contexts: list[Value]) -> Value:
    made: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return run.null("context merge 的列表中有不是上下文的值")
        run.spend(len(context) + 1)
        run.hold(16 * len(context))
        made |= context
    return made
