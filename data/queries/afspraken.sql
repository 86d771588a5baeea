-- titel: Hoe compleet de afspraken per document zijn
-- uitleg: Per document het aantal afspraken, hoeveel ervan stellig of als verplichting zijn opgeschreven, en bij hoeveel
--   een partij, een termijn en geld staat. De documenten waarin de minste afspraken alle drie hebben staan voorop.
-- leeg: Er zijn geen afspraken gevonden.
-- limiet: 25
SELECT
    title AS "Document",
    count(*) AS "Afspraken",
    count(*) FILTER (modality IN ('decision', 'duty')) AS "Stellig",
    count(actors) AS "Met partij",
    count(deadline) AS "Met termijn",
    count(budget) AS "Met geld",
    count(*) FILTER (actors IS NOT NULL AND deadline IS NOT NULL AND budget IS NOT NULL) AS "Met alle drie",
    path AS "Bestand"
FROM commitments
WHERE
    gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
    AND gelijk(year, $year)
GROUP BY path, title
ORDER BY "Met alle drie" / count(*), count(*) DESC, path
LIMIT $limit
