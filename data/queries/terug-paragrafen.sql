-- titel: Paragrafen om terug te sturen, met de vragen
-- uitleg: Beleidsparagrafen die terug moeten, de zwakste eerst, met wat er ontbreekt en de vragen om mee te sturen.
-- leeg: Er zijn geen paragrafen om terug te sturen.
-- limiet: 50
SELECT
    title AS "Document",
    kop(number, heading) AS "Paragraaf",
    page_start AS "Blz.",
    level AS "Niveau",
    score AS "Score",
    criterium(weakest) AS "Zwakst",
    CASE WHEN uncertain THEN 'ja' ELSE '' END AS "Onzeker",
    reasons AS "Waarom",
    questions AS "Vragen"
FROM scores
WHERE
    verdict = 'send_back'
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
    AND gelijk(year, $year)
ORDER BY score, path, position
LIMIT $limit
