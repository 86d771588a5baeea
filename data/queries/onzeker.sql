-- titel: Paragrafen waarover het programma twijfelt
-- uitleg: Beleidsparagrafen waarvan het niveau niet zeker is, het dichtst bij de grens tussen terugsturen en
--   voldoende eerst. Lees deze zelf na voordat u het oordeel gebruikt.
-- leeg: Over geen enkele paragraaf is twijfel.
-- limiet: 50
SELECT
    title AS "Document",
    kop(number, heading) AS "Paragraaf",
    page_start AS "Blz.",
    level AS "Niveau",
    score AS "Score",
    oordeel(verdict) AS "Oordeel",
    oordeel(verdict_in_context) AS "In document",
    oordeel(verdict_by_profile) AS "Volgens profiel",
    reasons AS "Waarom"
FROM scores
WHERE
    uncertain
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
    AND gelijk(year, $year)
ORDER BY abs(level - 1.5), path, position
LIMIT $limit
