"""From a buyer's text to an Understanding.

The stages, in the order the data flows:

normalize (signals) ▸ entities (numerals, amounts, dates, measures, identifiers, places)
▸ clauses (polarity) ▸ features (tokenize, pinyin, lexicon) ▸ recall, classify ▸ scoring ▸
calibrate ▸ why

reading runs the stages before any intent, matcher all of them; training (fitting) makes
the model that model.py carries as bytes and knowledge unpacks; overlay (changes,
correcting) lays changed lines over it until they are learnt; answers reads replies to our own questions.
"""
