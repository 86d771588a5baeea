-- titel: Scores per overheid
-- uitleg: Per gemeente, provincie, waterschap of ander orgaan de stukken, de gemiddelde score van hun beleidsparagrafen
--   en hoeveel daarvan terug moet.
-- leeg: Er zijn geen documenten gelezen.
SELECT
    coalesce(authority, '(onbekend)') AS "Overheid",
    count(*) AS "Documenten",
    sum(policy_sections)::INTEGER AS "Beleid",
    sum(send_back)::INTEGER AS "Terug",
    round(100.0 * sum(send_back) / nullif(sum(policy_sections), 0))::INTEGER AS "Deel (%)",
    round(sum(mean_score * policy_sections) / nullif(sum(policy_sections), 0), 1) AS "Score",
    sum(commitments)::INTEGER AS "Afspraken"
FROM documents
WHERE
    status <> 'unreadable'
    AND gelijk(kind, $kind)
    AND bevat(authority, $authority)
    AND gelijk(year, $year)
GROUP BY 1
ORDER BY "Score" NULLS LAST, "Overheid"
