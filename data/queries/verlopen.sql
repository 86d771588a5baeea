-- titel: Afspraken waarvan de termijn voorbij is
-- uitleg: Afspraken met een termijn die vóór dit jaar afliep (of vóór --year), de langst verlopen eerst. Zijn ze
--   uitgevoerd?
-- leeg: Van geen enkele afspraak is de termijn voorbij.
-- limiet: 50
SELECT
    term_year AS "Jaar",
    coalesce(measure, goal) AS "Wat",
    actors AS "Wie",
    deadline AS "Termijn",
    title AS "Document",
    page AS "Blz."
FROM commitments
WHERE
    term_year < coalesce($year::INTEGER, year(current_date))
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
ORDER BY term_year, path, position, commitment
LIMIT $limit
