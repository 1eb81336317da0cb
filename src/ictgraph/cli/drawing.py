"""Networks on the command line: which format of a picture is wanted, and the picture as text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ictgraph.errors import InputError
from ictgraph.messages import series

if TYPE_CHECKING:
    import networkx

    from ictgraph.cli.settings import Settings
    from ictgraph.pictures.drawing import Scene
    from ictgraph.terms import Lang

__all__ = ["ENDINGS", "PICTURES", "draw", "network_format", "picture_format"]

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "html": (".html", ".htm"),
    "svg": (".svg",),
    "graphml": (".graphml",),
    "gexf": (".gexf",),
    "json": (".json", ".cyjs"),
    "dot": (".dot", ".gv"),
}
"""The formats of a network, and the endings of their files."""

PICTURES: Mapping[str, tuple[str, ...]] = {
    **{name: endings for name, endings in ENDINGS.items() if name != "json"},
    "cyjs": (".cyjs",),
}
"""The same beside a table, whose ``json`` is the table."""


def network_format(settings: Settings) -> str:
    """Return the format of a network; html unless something else is wanted.

    :raises InputError: if a file's ending does not tell.
    """
    found = _by_ending(settings, ENDINGS)
    if found or not settings.to_file:
        return found or "html"
    listed = series(one for endings in ENDINGS.values() for one in endings)
    raise InputError(
        "{output!r} does not tell its format",
        hint="give --format, or end the name in {listed}",
        output=settings.output,
        listed=listed,
    )


def picture_format(settings: Settings) -> str:
    """Return the format of a picture if one is wanted, "" if a table is."""
    found = _by_ending(settings, PICTURES)
    return found if found in PICTURES else ""


def draw(network: networkx.MultiDiGraph, form: str, lang: Lang) -> str:
    """Return a network in a format of :data:`ENDINGS` or :data:`PICTURES`."""
    if form in ("html", "svg"):
        scenes = [_scene(network, one) for one in _languages(lang, form)]
        if form == "svg":
            from ictgraph.pictures.svg import render as render_svg

            return render_svg(scenes[0])
        from ictgraph.pictures.page import render as render_page

        return render_page(*scenes)
    from ictgraph.pictures import interchange

    writers: dict[str, Any] = {**interchange.FORMATS, "json": interchange.cytoscape}
    text: str = writers[form](network, lang)
    return text


def _languages(lang: Lang, form: str) -> list[Lang]:
    """Return the wanted language, and for a page, which can switch, the others after it."""
    every: tuple[Lang, ...] = ("both", "en", "zh")
    return [lang, *(one for one in every if one != lang)] if form == "html" else [lang]


def _scene(network: networkx.MultiDiGraph, lang: Lang) -> Scene:
    if network.graph["kind"] == "communities":
        from ictgraph.pictures.clusters import communities

        return communities(network, lang)
    if network.graph["kind"] == "paths":
        from ictgraph.pictures.lanes import lanes

        return lanes(network, lang)
    from ictgraph.pictures.scene import landscape, neighbourhood

    if network.graph["kind"] == "landscape":
        return landscape(network, lang)
    return neighbourhood(network, network.graph["centre"], lang)


def _by_ending(settings: Settings, endings: Mapping[str, tuple[str, ...]]) -> str:
    """Return the format that is named or that the file's ending stands for, "" if neither."""
    ending = os.path.splitext(settings.output)[1].lower() if settings.to_file else ""
    found = (name for name, some in endings.items() if ending in some)
    return settings.format or next(found, "")
