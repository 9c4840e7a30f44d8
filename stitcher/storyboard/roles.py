"""Roles of sounds (stems): the four there are, and names of a storyboard's own that stand for one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from stitcher.storyboard.choices import ROLES, Role
from stitcher.storyboard.values import Name

_NAME = re.compile(r"[^\W_][\w.-]{0,63}")

RoleName = Annotated[
    Name, WithJsonSchema({"anyOf": [{"enum": list(ROLES)}, {"type": "string", "minLength": 1}]})
]
"""One of the four roles, or a name of the storyboard's own for one."""


def _named(roles: Mapping[str, Role]) -> Mapping[str, Role]:
    for name, role in roles.items():
        if name in ROLES and name != role:
            raise ValueError(f"{name!r} is a role already and cannot stand for {role!r}: choose another name")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} cannot name a role: use letters, digits, '-', '_' and '.', starting with a letter or digit, "
                "64 at most"
            )
    return roles


Roles = Annotated[Mapping[str, Role], AfterValidator(_named)]
"""By name: the role it stands for."""


def base_role(name: str, roles: Mapping[str, Role]) -> Role | None:
    """The role that a name is, or stands for; `None` for one nobody knows."""
    return next((role for role in ROLES if role == name), roles.get(name))


def role_names(roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Every name of a role there is."""
    return tuple(dict.fromkeys((*ROLES, *roles)))
