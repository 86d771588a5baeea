-- titel: Wat er in welk jaar klaar moet zijn
-- uitleg: Afspraken naar het jaar waarin hun termijn afloopt, met hoeveel ervan een partij en geld hebben. Bedragen
--   zijn in euro's, ten minste, en tellen in een paragraaf één keer.
-- leeg: Er zijn geen afspraken gevonden.
WITH found AS (
    SELECT *
    FROM commitments
    WHERE
        gelijk(kind, $kind)
        AND bevat(authority, $authority)
        AND bevat(path || ' ' || title, $document)
        AND gelijk(term_year, $year)
),

money AS (
    SELECT term_year, sum(amount_low) AS amount
    FROM (SELECT DISTINCT term_year, path, position, budget, amount_low FROM found)
    GROUP BY term_year
)

SELECT
    coalesce(f.term_year::VARCHAR, 'geen jaar') AS "Jaar",
    count(*) AS "Afspraken",
    count(DISTINCT f.path) AS "Documenten",
    count(f.actors) AS "Met partij",
    count(f.budget) AS "Met geld",
    m.amount AS "Bedrag (€)"
FROM found f
JOIN money m ON m.term_year IS NOT DISTINCT FROM f.term_year
GROUP BY f.term_year, m.amount
ORDER BY f.term_year NULLS LAST
