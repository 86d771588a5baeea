-- titel: De grootste bedragen bij afspraken
-- uitleg: Afspraken met een bedrag, het grootste eerst, met wie wat doet en wanneer.
-- leeg: Er zijn geen afspraken met een bedrag gevonden.
-- limiet: 25
SELECT
    amount_high AS "Bedrag (€)",
    coalesce(measure, goal) AS "Wat",
    actors AS "Wie",
    deadline AS "Wanneer",
    title AS "Document",
    page AS "Blz."
FROM commitments
WHERE
    amount_high IS NOT NULL
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND bevat(path || ' ' || title, $document)
    AND gelijk(year, $year)
ORDER BY amount_high DESC, path, position, commitment
LIMIT $limit
