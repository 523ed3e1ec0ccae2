"""From a buyer's text to an Understanding.

The stages, in the order the data flows: normalize ▸ entities (numerals, amounts, dates,
measures, identifiers, places) ▸ clauses (polarity) ▸ tokenize, pinyin ▸ features ▸ recall,
classify ▸ scoring ▸ calibrate ▸ why; training makes the model, matcher runs the stages,
answers reads replies to our own questions.
"""
