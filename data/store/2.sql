-- The store, version 2: packed reports and rows in tables of their own, each of a bounded size. What is added to
-- a table makes its last rows be written once more, so that one table of them all costs ever more. They are packed:
-- to look for a way to pack them again would cost time at each checkpoint.

CREATE TABLE store.packed_1 (
    key VARCHAR NOT NULL,
    rows BLOB USING COMPRESSION uncompressed,
    report BLOB USING COMPRESSION uncompressed
);
INSERT INTO store.packed_1 SELECT key, rows, report FROM store.results;

CREATE TABLE store.parts (part INTEGER NOT NULL, bytes BIGINT NOT NULL);

INSERT INTO store.parts
SELECT 1, coalesce(sum(octet_length(rows)), 0) + coalesce(sum(octet_length(report)), 0) FROM store.packed_1;

ALTER TABLE store.results ADD COLUMN part INTEGER DEFAULT 1;
ALTER TABLE store.results DROP COLUMN report;
ALTER TABLE store.results DROP COLUMN rows;
