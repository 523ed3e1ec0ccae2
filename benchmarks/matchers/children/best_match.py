"""ChatterBot: the response to the statement that its BestMatch finds closest.

Each example is a statement, its label the response to it. With the NoOpTagger (which needs
no spaCy model) the default, indexed search only finds statements that contain the whole
message; ``text_search`` compares the message with all of them, which is what BestMatch
promises.
"""

import random

from chatterbot import ChatBot
from chatterbot.tagging import NoOpTagger
from chatterbot.trainers import ListTrainer

from benchmarks.matchers.children.serving import Rank, Rows, serve


def learn(rows: Rows) -> Rank:
    """Return what answers with one label."""
    random.seed(0)  # without a match it answers with a statement taken by chance
    bot = ChatBot(
        "peer",
        storage_adapter="chatterbot.storage.SQLStorageAdapter",
        database_uri=None,
        logic_adapters=["chatterbot.logic.BestMatch"],
        search_algorithm_name="text_search",
        tagger=NoOpTagger,
        read_only=True,
    )
    trainer = ListTrainer(bot, show_training_progress=False)
    for label, text in rows:
        trainer.train([text, label])

    def rank(text: str) -> list[str]:
        return [bot.get_response(text).text]

    return rank


if __name__ == "__main__":
    serve(learn, ranks=1)
