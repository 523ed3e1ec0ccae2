"""Rasa: its JiebaTokenizer, featurizers of words and characters, and DIET."""

import asyncio
import json
import os
import tempfile
from pathlib import Path

from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from benchmarks.matchers.children.serving import TOP, Rank, Rows, serve

_CONFIG = """\
recipe: default.v1
assistant_id: peer
language: zh
pipeline:
- name: JiebaTokenizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
  entity_recognition: false
  random_seed: 1
policies: []
"""
"""What ``rasa init`` proposes, with the tokenizer for Chinese and without entities."""


def learn(rows: Rows) -> Rank:
    """Return what ranks labels by DIET's confidence."""
    with tempfile.TemporaryDirectory(prefix="xiaoer-rasa-") as name:
        folder = Path(name)
        # Else it keeps what it has trained in the current folder, and a second run
        # would train nothing.
        os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
        (folder / "config.yml").write_text(_CONFIG, "utf-8")
        # This format takes brackets in a text as they are; the YAML one reads markup.
        (folder / "nlu.json").write_text(
            json.dumps({"rasa_nlu_data": {"common_examples": _examples(rows)}}), "utf-8"
        )
        model = train_nlu(
            str(folder / "config.yml"), str(folder / "nlu.json"), str(folder / "models")
        )
        agent = Agent.load(model)
    loop = asyncio.new_event_loop()

    def rank(text: str) -> list[str]:
        parsed = loop.run_until_complete(agent.parse_message(text))
        return [guess["name"] for guess in parsed["intent_ranking"][:TOP]]

    return rank


def _examples(rows: Rows) -> list[dict[str, object]]:
    return [{"intent": label, "text": text, "entities": []} for label, text in rows]


if __name__ == "__main__":
    serve(learn)
