from itertools import chain

import pytest

from bot.understanding.lexicon import Lexicon
from bot.understanding.tokenize import make_jieba, make_rjieba, make_tokenizer
from scripts_library.loader import builtin_pack, load_pack
from tests.bot.understanding.small_library import LEXICON

pytest.importorskip("rjieba")


class TestMakeTokenizer:
    def test_lexicon_words_and_synonyms_stay_whole(self) -> None:
        words = make_tokenizer(LEXICON)("我要七天无理由交还")

        assert "七天无理由" in words
        assert "交还" in words

    def test_one_packs_words_do_not_change_anothers(self) -> None:
        make_tokenizer(LEXICON)

        assert "七天无理由" not in make_tokenizer(Lexicon())("七天无理由")

    def test_nothing_is_left_out(self) -> None:
        text = "fahuo了吗 12.5元？"

        assert "".join(make_tokenizer(LEXICON)(text)) == text


class TestAdapters:
    def test_rjieba_and_jieba_give_the_same_words(self) -> None:
        pack = load_pack(builtin_pack())
        lines = list(chain.from_iterable(pack.examples.values()))[::3]
        fast, reference = make_rjieba(pack.lexicon), make_jieba(pack.lexicon)

        differing = [line for line in lines if fast(line) != reference(line)]

        assert differing == []
