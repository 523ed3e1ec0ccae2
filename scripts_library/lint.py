"""Is a pack that can be loaded also good: enough examples, variants, clean texts?"""

from dataclasses import replace
from pathlib import Path

from bot.errors import Problem, ScriptLibraryError
from bot.replying.snippets import expanded
from bot.scripts import Pack
from scripts_library.linting.examples import lint_examples
from scripts_library.linting.flows import lint_flows
from scripts_library.linting.phrases import lint_phrases
from scripts_library.linting.scripts import lint_scripts
from scripts_library.linting.taboos import lint_taboos
from scripts_library.linting.texts import lint_texts
from scripts_library.linting.workflow import lint_workflow
from scripts_library.loader import read_pack
from scripts_library.readers.settings import Requirements
from scripts_library.report import Origins

_NOWHERE = Origins()
_LEAST = Requirements()


def lint_pack(
    pack: Pack, *, origins: Origins = _NOWHERE, requirements: Requirements = _LEAST
) -> tuple[Problem, ...]:
    """Return what should be better in a pack, by file and line.

    Args:
        pack: A pack that was loaded.
        origins: Where its pieces stand; without it problems name the pieces.
        requirements: How much content the pack asks of itself.
    """
    pack = replace(pack, scripts=expanded(pack.scripts, pack.snippets))
    problems = (
        *lint_examples(pack, origins=origins, least=requirements.examples),
        *lint_scripts(pack, origins=origins, least=requirements.variants),
        *lint_texts(pack, origins=origins, least=requirements.variants),
        *lint_taboos(pack, origins=origins),
        *lint_workflow(pack, origins=origins),
        *lint_flows(pack, origins=origins, least=requirements.variants),
        *lint_phrases(
            pack,
            origins=origins,
            hits=requirements.must_hit,
            near=requirements.must_not_hit,
        ),
    )
    return tuple(
        sorted(set(problems), key=lambda one: (one.file, one.line, one.reason))
    )


def lint_folder(folder: Path) -> tuple[Problem, ...]:
    """Return every problem of the pack in a folder: of loading it, else of lint."""
    try:
        loaded = read_pack(folder)
    except ScriptLibraryError as error:
        return error.problems
    return lint_pack(
        loaded.pack, origins=loaded.origins, requirements=loaded.requirements
    )
