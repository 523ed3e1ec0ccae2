"""From a buyer's text to an Understanding.

The stages, in the order the data flows:

normalize (signals) ▸ entities (numerals, amounts, dates, measures, identifiers, places)
▸ clauses (polarity) ▸ features (tokenize, pinyin, lexicon) ▸ recall, classify ▸ scoring ▸
ranking (sentences, calibrate) ▸ why ▸ context (short_answers)

reading runs the stages before any intent, matcher all but the last, which needs what was
said before; training (fitting, unseen, confidence) makes the model that model.py carries
as bytes and knowledge unpacks; overlay (changes, correcting) lays changed lines over it
until they are learnt; answers reads replies to our own questions.
"""
