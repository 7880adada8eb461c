"""What is plugged in where: four tables and no logic. A new room adds its lines here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from byline.kernel import mail
from byline.kernel.bus import Every, Job, Reaction
from byline.web import assets, ops

BLUEPRINTS: tuple[Blueprint, ...] = (assets.blueprint, ops.blueprint)

REACTIONS: Mapping[type, tuple[Reaction, ...]] = {}

JOBS: Mapping[type, Job] = {
    mail.SendMail: mail.deliver,
}

PERIODIC: tuple[Every, ...] = ()
