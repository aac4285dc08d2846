"""What the Länder's law calls things. Only what is certain stands here; all else is left to the town as a gap, and so
are addresses: they change too often.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LandLaw:
    """Names in the form in which the delivered texts use them."""

    accessibility: str  # the rules for accessible websites, after "Es gelten"
    enforcement: str  # whom people turn to when the town does not help, after "zuständig:"; '' is a gap
    privacy_law: str  # the Land's data protection law
    privacy_authority: str  # its supervisory authority


LANDS = {
    "DE-BW": LandLaw(
        "das Landes-Behindertengleichstellungsgesetz (L-BGG)",
        "Schlichtungsstelle beim Landeszentrum Barrierefreiheit Baden-Württemberg",
        "Landesdatenschutzgesetz (LDSG)",
        "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
    ),
    "DE-BY": LandLaw(
        "das Bayerische Behindertengleichstellungsgesetz (BayBGG) und die Bayerische Digitalverordnung (BayDiV)",
        "Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik beim Landesamt für "
        "Digitalisierung, Breitband und Vermessung",
        "Bayerisches Datenschutzgesetz (BayDSG)",
        "Bayerischer Landesbeauftragter für den Datenschutz",
    ),
    "DE-BE": LandLaw(
        "das Barrierefreie-IKT-Gesetz Berlin (BIKTG Bln)",
        "Landesbeauftragte oder Landesbeauftragter für digitale Barrierefreiheit",
        "Berliner Datenschutzgesetz (BlnDSG)",
        "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
    ),
    "DE-BB": LandLaw(
        "das Brandenburgische Behindertengleichstellungsgesetz (BbgBGG) und die dazu erlassene Verordnung (BbgBITV)",
        "Durchsetzungsstelle bei der oder dem Landesbeauftragten für die Belange der Menschen mit Behinderungen",
        "Brandenburgisches Datenschutzgesetz (BbgDSG)",
        "Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
    ),
    "DE-HB": LandLaw(
        "das Bremische Behindertengleichstellungsgesetz (BremBGG) und die dazu erlassene Verordnung (BremBITV)",
        "Schlichtungsstelle nach dem Bremischen Behindertengleichstellungsgesetz",
        "Bremisches Ausführungsgesetz zur Datenschutz-Grundverordnung (BremDSGVOAG)",
        "Landesbeauftragte oder Landesbeauftragter für Datenschutz und Informationsfreiheit Bremen",
    ),
    "DE-HH": LandLaw(
        "das Hamburgische Behindertengleichstellungsgesetz (HmbBGG) und die dazu erlassene Verordnung (HmbBITVO)",
        "Schlichtungsstelle nach dem Hamburgischen Behindertengleichstellungsgesetz bei der Öffentlichen "
        "Rechtsauskunft- und Vergleichsstelle (ÖRA)",
        "Hamburgisches Datenschutzgesetz (HmbDSG)",
        "Hamburgischer Beauftragter für Datenschutz und Informationsfreiheit",
    ),
    "DE-HE": LandLaw(
        "das Hessische Behinderten-Gleichstellungsgesetz (HessBGG) und die dazu erlassene Verordnung (HVBIT)",
        "Durchsetzungs- und Überwachungsstelle beim Landeskompetenzzentrum Barrierefreie IT (LBIT)",
        "Hessisches Datenschutz- und Informationsfreiheitsgesetz (HDSIG)",
        "Hessischer Beauftragter für Datenschutz und Informationsfreiheit",
    ),
    "DE-MV": LandLaw(
        "das Landesbehindertengleichstellungsgesetz (LBGG M-V) und die dazu erlassene Verordnung (BITVO M-V)",
        "Überwachungsstelle für digitale Barrierefreiheit beim Sozialministerium des Landes",
        "Landesdatenschutzgesetz (DSG M-V)",
        "Landesbeauftragter für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
    ),
    "DE-NI": LandLaw(
        "das Niedersächsische Behindertengleichstellungsgesetz (NBGG)",
        "Schlichtungsstelle bei der oder dem Landesbeauftragten für Menschen mit Behinderungen",
        "Niedersächsisches Datenschutzgesetz (NDSG)",
        "Landesbeauftragter für den Datenschutz Niedersachsen",
    ),
    "DE-NW": LandLaw(
        "das Behindertengleichstellungsgesetz Nordrhein-Westfalen (BGG NRW) und die dazu erlassene Verordnung "
        "(BITVNRW)",
        "Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen",
        "Datenschutzgesetz Nordrhein-Westfalen (DSG NRW)",
        "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
    ),
    "DE-RP": LandLaw(
        "das Landesinklusionsgesetz und die Barrierefreie-Informationstechnik-Verordnung Rheinland-Pfalz (BITV RP)",
        "",
        "Landesdatenschutzgesetz (LDSG)",
        "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
    ),
    "DE-SL": LandLaw(
        "das Saarländische Behindertengleichstellungsgesetz (SBGG)",
        "Schlichtungsstelle nach dem Saarländischen Behindertengleichstellungsgesetz",
        "Saarländisches Datenschutzgesetz",
        "Unabhängiges Datenschutzzentrum Saarland",
    ),
    "DE-SN": LandLaw(
        "das Barrierefreie-Websites-Gesetz (BfWebG)",
        "Durchsetzungsstelle bei der oder dem Landesbeauftragten für Inklusion der Menschen mit Behinderungen",
        "Sächsisches Datenschutzdurchführungsgesetz (SächsDSDG)",
        "Sächsische Datenschutz- und Transparenzbeauftragte",
    ),
    "DE-ST": LandLaw(
        "das Behindertengleichstellungsgesetz Sachsen-Anhalt (BGG LSA)",
        "Ombudsstelle bei der Landesfachstelle für Barrierefreiheit Sachsen-Anhalt",
        "Datenschutz-Grundverordnungs-Ausfüllungsgesetz Sachsen-Anhalt (DSAG LSA)",
        "Landesbeauftragte oder Landesbeauftragter für den Datenschutz Sachsen-Anhalt",
    ),
    "DE-SH": LandLaw(
        "das Landesbehindertengleichstellungsgesetz Schleswig-Holstein (LBGG)",
        "",
        "Landesdatenschutzgesetz (LDSG)",
        "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein",
    ),
    "DE-TH": LandLaw(
        "das Thüringer Gesetz über die Barrierefreiheit von Websites und mobilen Anwendungen (ThürBarrWebG)",
        "Durchsetzungsstelle bei der oder dem Thüringer Landesbeauftragten für Menschen mit Behinderungen",
        "Thüringer Datenschutzgesetz (ThürDSG)",
        "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
    ),
}
