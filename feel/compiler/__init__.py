"""A tree to a function, by kinds of parts; importing a module declares its kinds."""

from feel.compiler import cells, functions, literals, loops, operators, paths
from feel.compiler.core import Compiler, Run, Scope

__all__ = [
    "Compiler",
    "Run",
    "Scope",
    "cells",
    "functions",
    "literals",
    "loops",
    "operators",
    "paths",
]
