"""A draft of an invented municipality, in a good and a vaguer version; far from every border of a verdict."""

from __future__ import annotations

TITLE = "# Uitvoeringsprogramma Mobiliteit Lindermeer 2027-2030\n"

ROUTE = """
## 1 Fietsroute Waterhoven

De gemeente Lindermeer legt vóór 1 juli 2028 een vrijliggend fietspad aan tussen het station en
Waterhoven. Het college van burgemeester en wethouders geeft de opdracht in het eerste kwartaal van 2027.
De kosten zijn € 1.200.000; dit bedrag staat in de begroting 2027, programma Verkeer. De provincie
Rijnmark betaalt € 400.000 mee. Het doel is dat in 2030 dagelijks 2.000 fietsers deze route gebruiken. De
afdeling Verkeer telt ieder jaar in september de fietsers en rapporteert het aantal in de jaarrekening
aan de gemeenteraad.
"""

SCHOOLS = """
## 2 Veilige schoolroutes

De gemeente Lindermeer richt in 2027 bij alle twaalf basisscholen een schoolzone in. De afdeling Verkeer
voert dit uit, samen met Veilig Verkeer Lindermeer. Hiervoor is € 180.000 beschikbaar in de begroting
2027. In december 2028 meet de afdeling Verkeer het aantal ongevallen en meldt zij de uitkomst aan de
gemeenteraad; het doel is een halvering ten opzichte van 2024.
"""

VAGUE_SCHOOLS = """
## 2 Veilige schoolroutes

Wij vinden veilige schoolroutes belangrijk en willen dat kinderen zich prettig voelen onderweg. We hebben
oog voor de beleving van ouders en scholen en streven naar een omgeving waarin iedereen zich welkom
voelt. Waar mogelijk dragen we bij aan bewustwording.
"""

#: Too vague from the beginning: what a baseline is for.
SHARING = """
## 3 Deelvervoer

Wij willen dat deelvervoer een aantrekkelijk alternatief wordt voor iedereen. We zetten ons in voor een
prettige en bereikbare omgeving en hebben oog voor de wensen van inwoners. Waar mogelijk stimuleren we
initiatieven die hieraan bijdragen.
"""

#: The same, moved down by a new section and numbered anew.
MOVED_SHARING = SHARING.replace("## 3 ", "## 4 ")

PARKING = """
## 3 Fietsenstalling station

De gemeente Lindermeer bouwt vóór 1 oktober 2028 een bewaakte fietsenstalling met 900 plaatsen bij het
station. De afdeling Vastgoed geeft in het tweede kwartaal van 2027 de opdracht. De kosten van €
2.400.000 staan in de begroting 2027, programma Verkeer. Het doel is dat in 2030 geen fiets meer buiten
de stalling staat; de afdeling Verkeer telt dat elk jaar in mei en meldt het aan de gemeenteraad.
"""

GOOD = TITLE + ROUTE + SCHOOLS + SHARING
VAGUER = TITLE + ROUTE + VAGUE_SCHOOLS + SHARING
MOVED = TITLE + ROUTE + SCHOOLS + PARKING + MOVED_SHARING
#: All that the rules ask of it.
CLEAN = TITLE + ROUTE + SCHOOLS
