-- The search index anew: single characters, pairs and whole names as before, and the initials of their pinyin.
-- What is still open and what is closed are apart, because an answer lists the open ones first. The row number is
-- the order of the answer: id * 8 + kind; for the closed ones the moment of closing * 2^30 is added.
DROP TABLE search_name;

-- Few rows that come and go.
CREATE VIRTUAL TABLE search_open USING fts5 (
  grams, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '=~'"
);

-- Many rows that stay; one is only ever taken out by a correction or a reopening, which know its grams.
CREATE VIRTUAL TABLE search_closed USING fts5 (
  grams, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '=~'"
);
