-- titel: Hoe scores zijn verlopen, over versies en edities
-- uitleg: Versies zijn wat eerdere scans van hetzelfde bestand vonden, telkens als de inhoud anders was (of het model
--   of de regels van het programma). Edities zijn stukken van dezelfde soort en overheid met een andere datum.
-- leeg: Er is nog geen verloop: geen bestand is met een andere inhoud opnieuw gescand, en van geen overheid zijn er
--   twee stukken van dezelfde soort met een eigen datum.
WITH seen AS (
    SELECT
        *,
        count(DISTINCT sha256) OVER (PARTITION BY path) AS contents,
        lag(sha256) OVER w AS old_sha256,
        lag(model_id) OVER w AS old_model,
        lag(ruleset_id) OVER w AS old_rules
    FROM history
    WHERE
        mean_score IS NOT NULL
        AND gelijk(kind, $kind)
        AND bevat(authority, $authority)
        AND bevat(path || ' ' || title, $document)
    WINDOW w AS (PARTITION BY path ORDER BY run)
),

versions AS (
    SELECT
        1 AS part,
        path AS series,
        path,
        'scan ' || run AS edition,
        strftime(started, '%Y-%m-%d') AS day,
        mean_score,
        mean_score - lag(mean_score) OVER w AS step,
        policy_sections,
        send_back,
        CASE
            WHEN old_sha256 IS NULL THEN ''
            WHEN sha256 <> old_sha256 THEN 'inhoud'
            ELSE 'model of regels'
        END AS differs,
        row_number() OVER w AS nr
    FROM seen
    WHERE
        contents > 1
        AND (
            old_sha256 IS NULL
            OR sha256 <> old_sha256
            OR model_id IS DISTINCT FROM old_model
            OR ruleset_id IS DISTINCT FROM old_rules
        )
    WINDOW w AS (PARTITION BY path ORDER BY run)
),

editions AS (
    SELECT
        2 AS part,
        authority || ', ' || kind AS series,
        path,
        title AS edition,
        date AS day,
        mean_score,
        mean_score - lag(mean_score) OVER w AS step,
        policy_sections,
        send_back,
        '' AS differs,
        row_number() OVER w AS nr,
        count(DISTINCT date) OVER (PARTITION BY authority, kind) AS dates
    FROM documents
    WHERE
        mean_score IS NOT NULL
        AND date IS NOT NULL
        AND gelijk(kind, $kind)
        AND bevat(authority, $authority)
        AND bevat(path || ' ' || title, $document)
    WINDOW w AS (PARTITION BY authority, kind ORDER BY date, path)
)

SELECT
    series AS "Reeks",
    edition AS "Versie of editie",
    day AS "Datum",
    round(mean_score, 1) AS "Score",
    round(step, 1) AS "Verschil",
    policy_sections AS "Beleid",
    send_back AS "Terug",
    differs AS "Anders is"
FROM (
    SELECT * FROM versions
    UNION ALL BY NAME
    SELECT * EXCLUDE (dates) FROM editions WHERE dates > 1 AND series IS NOT NULL
)
ORDER BY part, series, nr
