-- titel: Paragrafen met de meeste vage taal
-- uitleg: Beleidsparagrafen waarin woorden als "waar mogelijk" of "streven naar" de beloften afzwakken, die met de
--   meeste vage zinnen per 100 woorden eerst. Paragrafen met één vage zin of minder dan 40 woorden tellen niet mee.
-- leeg: In de beleidsparagrafen is nergens meer dan één vage zin gevonden.
-- limiet: 20
SELECT
    m.title AS "Document",
    kop(s.number, s.heading) AS "Paragraaf",
    s.page_start AS "Blz.",
    round(100.0 * count(*) / t.words, 1) AS "Vaag per 100 woorden",
    count(*) AS "Vage zinnen",
    s.score AS "Score",
    oordeel(s.verdict) AS "Oordeel",
    first(m.text ORDER BY m.mention) AS "Bijvoorbeeld"
FROM mentions m
JOIN scores s ON s.path = m.path AND s.position = m.position
JOIN sections t ON t.path = m.path AND t.position = m.position
WHERE
    m.type = 'vague'
    AND s.role = 'policy'
    AND t.words >= 40
    AND gelijk(m.kind, $kind)
    AND bevat(m.authority, $authority)
    AND bevat(m.path || ' ' || m.title, $document)
    AND gelijk(m.year, $year)
GROUP BY m.path, m.title, m.position, s.number, s.heading, s.page_start, s.score, s.verdict, t.words
HAVING count(*) > 1
ORDER BY count(*) / t.words DESC, s.score, m.path, m.position
LIMIT $limit
