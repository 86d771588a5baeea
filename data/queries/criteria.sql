-- titel: Hoe vaak elk criterium ontbreekt
-- uitleg: Van elk van de zes criteria in hoeveel beleidsparagrafen het ontbreekt (0), er half is (1) of er concreet
--   staat (2).
-- leeg: Er zijn geen beleidsparagrafen.
SELECT
    criterium(criterion) AS "Criterium",
    count(*) FILTER (value = 0) AS "Ontbreekt",
    count(*) FILTER (value = 1) AS "Half",
    count(*) FILTER (value = 2) AS "Concreet",
    round(100.0 * count(*) FILTER (value = 0) / count(*))::INTEGER AS "Ontbreekt (%)",
    round(avg(value), 2) AS "Gemiddeld (0-2)"
FROM (
    UNPIVOT (
        SELECT goal, measure, actor, budget, deadline, monitoring
        FROM scores
        WHERE
            role = 'policy'
            AND gelijk(kind, $kind)
            AND bevat(authority, $authority)
            AND bevat(path || ' ' || title, $document)
            AND gelijk(year, $year)
    )
    ON goal, measure, actor, budget, deadline, monitoring
    INTO NAME criterion VALUE value
)
GROUP BY criterion
ORDER BY avg(value), "Criterium"
