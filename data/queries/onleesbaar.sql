-- titel: Documenten die niet of niet helemaal zijn gelezen
-- uitleg: Elk document waarvan tekst ontbreekt in de uitkomsten, met de reden.
-- leeg: Alle documenten zijn helemaal gelezen.
SELECT
    path AS "Bestand",
    gelezen(status) AS "Status",
    coalesce(message, warnings) AS "Reden"
FROM documents
WHERE
    status <> 'ok'
    AND bevat(path || ' ' || title, $document)
ORDER BY status DESC, path
