-- titel: Documenten met het grootste deel terug te sturen
-- uitleg: Per document welk deel van de beleidsparagrafen terug moet naar de schrijver, de gemiddelde score (0-100) en
--   wat er gemiddeld het zwakst is.
-- leeg: Er zijn geen documenten met beleidsparagrafen.
-- limiet: 25
SELECT
    title AS "Document",
    kind AS "Soort",
    authority AS "Overheid",
    policy_sections AS "Beleid",
    send_back AS "Terug",
    round(100.0 * send_back / policy_sections)::INTEGER AS "Deel (%)",
    round(mean_score, 1) AS "Score",
    criterium(weakest) AS "Zwakst",
    path AS "Bestand"
FROM documents
WHERE
    policy_sections > 0
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
    AND gelijk(year, $year)
ORDER BY send_back / policy_sections DESC, send_back DESC, path
LIMIT $limit
