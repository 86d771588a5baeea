-- titel: Wie wat moet doen
-- uitleg: Per partij het aantal afspraken waarin zij iets doet, in hoeveel stukken, en bij hoeveel daarvan een termijn
--   en geld staat. Bedragen zijn in euro's, ten minste, en tellen in een paragraaf één keer.
-- leeg: Er zijn geen afspraken met een partij gevonden.
-- limiet: 40
WITH found AS (
    SELECT *
    FROM actors
    WHERE
        gelijk(kind, $kind)
        AND bevat(authority, $authority)
        AND bevat(path || ' ' || title, $document)
        AND gelijk(year, $year)
),

money AS (
    SELECT actor, sum(amount_low) AS amount
    FROM (SELECT DISTINCT actor, path, position, budget, amount_low FROM found)
    GROUP BY actor
)

SELECT
    f.actor AS "Partij",
    count(*) AS "Afspraken",
    count(DISTINCT f.path) AS "Documenten",
    count(f.deadline) AS "Met termijn",
    count(f.budget) AS "Met geld",
    m.amount AS "Bedrag (€)",
    first(f.measure ORDER BY f.path, f.position, f.commitment) AS "Bijvoorbeeld"
FROM found f
JOIN money m ON m.actor = f.actor
GROUP BY f.actor, m.amount
ORDER BY "Afspraken" DESC, "Partij"
LIMIT $limit
