-- titel: Signalen van uitvoeringskracht
-- uitleg: Van elk signaal van uitvoeringskracht in hoeveel documenten ernaar is gekeken en in hoeveel het er is; wat
--   het vaakst ontbreekt staat voorop.
-- leeg: Er is in geen enkel document naar signalen gekeken.
SELECT
    route AS "Route",
    title AS "Signaal",
    count(*) AS "Documenten",
    count(*) FILTER (found) AS "Gevonden",
    count(*) FILTER (NOT found) AS "Ontbreekt"
FROM signals
WHERE
    gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || document, $document)
    AND gelijk(year, $year)
GROUP BY route, title
ORDER BY "Ontbreekt" DESC, route, title
