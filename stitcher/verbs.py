"""Packages that are also verbs: `stitcher.render` holds modules and can be called."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Verb(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module("stitcher.workflow"), name)(*args, **kwargs)


def also_a_verb(package: str) -> None:
    """Make calling a package of stitcher call the function of the same name in `stitcher.workflow`.

    The import system binds `stitcher.render` to the package whenever a module in it is imported, so a function
    of that name would be there or not depending on what was imported before.
    """
    sys.modules[package].__class__ = _Verb
