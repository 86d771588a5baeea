-- What users ask of: the documents of the last scan that ended, and all that earlier scans found.
-- Made again by every version of the program whose views differ.

-- Dutch words for what the columns hold, as in the reports; other values as they are.
CREATE OR REPLACE MACRO rol(x) AS coalesce({role}[x], x);
CREATE OR REPLACE MACRO oordeel(x) AS coalesce({verdict}[x], x);
CREATE OR REPLACE MACRO gelezen(x) AS coalesce({status}[x], x);
CREATE OR REPLACE MACRO criterium(x) AS coalesce({criterion}[x], x);
CREATE OR REPLACE MACRO vondst(x) AS coalesce({mention}[x], x);
CREATE OR REPLACE MACRO stelligheid(x) AS coalesce({modality}[x], x);

-- Whether a value is the one asked for, or holds the words asked for; all are where nothing is asked.
CREATE OR REPLACE MACRO gelijk(x, gevraagd) AS
    gevraagd IS NULL OR lower(x::VARCHAR) = lower(gevraagd::VARCHAR);
CREATE OR REPLACE MACRO bevat(x, gevraagd) AS
    gevraagd IS NULL OR contains(lower(x), lower(gevraagd::VARCHAR));

-- The heading of a section with its number, once.
CREATE OR REPLACE MACRO kop(nummer, heading) AS CASE
    WHEN nummer IS NULL OR starts_with(heading, nummer) THEN heading
    ELSE nummer || ' ' || heading
END;

CREATE OR REPLACE VIEW runs AS
SELECT
    run,
    started,
    ended,
    (SELECT count(*) FROM store.run_documents d WHERE d.run = r.run)::INTEGER AS documents,
    (SELECT count(*) FROM store.run_documents d WHERE d.run = r.run AND d.kept)::INTEGER AS kept,
    tool_version,
    model_id,
    ruleset_id,
    versions,
    config,
    counts
FROM store.runs r;

-- The last that ended; where none did, the last that began.
CREATE OR REPLACE VIEW store.latest AS
SELECT coalesce(max(run) FILTER (ended IS NOT NULL), max(run)) AS run FROM store.runs;

CREATE OR REPLACE VIEW store.current AS
SELECT path, key FROM store.run_documents WHERE run = (SELECT run FROM store.latest);

CREATE OR REPLACE VIEW history AS
SELECT
    d.path,
    d.run,
    r.started,
    d.kept,
    t.status,
    t.error,
    t.message,
    t.pages,
    c.* EXCLUDE (key)
FROM store.run_documents d
JOIN store.runs r ON r.run = d.run
JOIN store.results t ON t.key = d.key
JOIN store.documents c ON c.key = d.key;

CREATE OR REPLACE VIEW documents AS
SELECT * EXCLUDE (run, started, kept) FROM history WHERE run = (SELECT run FROM store.latest);

CREATE OR REPLACE VIEW sections AS
SELECT
    p.path,
    d.title,
    d.kind,
    d.authority,
    d.year,
    s.* EXCLUDE (key),
    c.role,
    c.level,
    c.score,
    c.verdict
FROM store.current p
JOIN store.documents d ON d.key = p.key
JOIN store.sections s ON s.key = p.key
LEFT JOIN store.scores c ON c.key = p.key AND c.position = s.position;

CREATE OR REPLACE VIEW scores AS
SELECT
    p.path,
    d.title,
    d.kind,
    d.authority,
    d.year,
    s.section,
    s.number,
    s.heading,
    s.page_start,
    s.page_end,
    c.* EXCLUDE (key)
FROM store.current p
JOIN store.documents d ON d.key = p.key
JOIN store.scores c ON c.key = p.key
JOIN store.sections s ON s.key = p.key AND s.position = c.position;

CREATE OR REPLACE VIEW mentions AS
SELECT
    p.path,
    d.title,
    d.kind,
    d.authority,
    d.year,
    s.section,
    s.number,
    s.heading,
    m.* EXCLUDE (key) REPLACE (coalesce(m.sentence, m.text) AS sentence)
FROM store.current p
JOIN store.documents d ON d.key = p.key
JOIN store.mentions m ON m.key = p.key
JOIN store.sections s ON s.key = p.key AND s.position = m.position;

CREATE OR REPLACE VIEW commitments AS
SELECT
    p.path,
    d.title,
    d.kind,
    d.authority,
    d.year,
    s.section,
    s.number,
    s.heading,
    m.* EXCLUDE (key)
FROM store.current p
JOIN store.documents d ON d.key = p.key
JOIN store.commitments m ON m.key = p.key
JOIN store.sections s ON s.key = p.key AND s.position = m.position;

-- A line for each party of each commitment.
CREATE OR REPLACE VIEW actors AS
SELECT
    c.* EXCLUDE (actors),
    a.actor,
    a.actor_id
FROM commitments c
JOIN store.current p ON p.path = c.path
JOIN store.actors a ON a.key = p.key AND a.position = c.position AND a.commitment = c.commitment;

CREATE OR REPLACE VIEW signals AS
SELECT p.path, d.title AS document, d.kind, d.authority, d.year, s.* EXCLUDE (key)
FROM store.current p
JOIN store.documents d ON d.key = p.key
JOIN store.signals s ON s.key = p.key;
