"""The vocabulary of the invented town, with what breaks careless programs: accents, quotes, `&` and `<`."""

from demo.simulator.invoice import Regie

REGIES = (
    Regie('007', 'Restauration scolaire & périscolaire'),
    Regie('SEN', 'Séniors – portage de repas & loisirs'),
    Regie('102', 'Crèches & petite enfance'),
    Regie('CLAE', "Centres de loisirs (CLAE) de l'été"),
    Regie('CRR', 'Conservatoire à rayonnement régional'),
    Regie('042', 'Piscines & patinoires'),
    Regie('SPO', "École municipale des sports « L'Élan »"),
    Regie('SEJ', 'Séjours, colonies & classes de découverte'),
    Regie('BIB', 'Bibliothèques & médiathèques'),
)
REGIE_LABELS = {regie.code: regie.label for regie in REGIES}

# What each régie bills: the activity, and its usual price in euro cents.
ACTIVITIES = {
    '007': (('Cantine & goûter', 345), ('Accueil du matin', 180), ('Étude surveillée', 220)),
    'SEN': (('Portage de repas à domicile', 890), ("Thé dansant & goûter d'anniversaire", 650)),
    '102': (("Crèche « Les P'tits Loups »", 412), ('Halte-garderie Noël & Cie', 275)),
    'CLAE': (('Mercredi loisirs (journée)', 1240), ("Stage d'été – bricolage & poterie", 1875)),
    'CRR': (('Éveil musical', 3150), ('Violoncelle (cycle 1)', 4890), ("Location d'instrument", 2500)),
    '042': (('Aquagym', 870), ('Leçons de natation < 12 ans', 990)),
    'SPO': (("Gymnastique d'éveil", 1530), ('Escalade & équilibre', 2210)),
    'SEJ': (('Séjour à la mer – Île de Ré', 21850), ('Classe de neige', 17490)),
    'BIB': (('Abonnement annuel', 1500), ('Document perdu & remplacé', 1990)),
}

LASTNAMES = (
    'Lefèvre', 'N’Diaye', "D'Almeida", 'Garçon', 'Müller', 'Nguyễn', 'Ben Saïd', 'Łukasiewicz', 'Peña y Ríos',
    'Martin & Fabre', 'Le Goff', 'Çelik', 'Dupuis-Noël', 'Bœuf', 'Saint-André', 'Traoré', 'Castéran', 'Haÿ',
)  # fmt: skip
FIRSTNAMES = (
    'Zoé', 'Noël', 'Aïcha', 'François', 'Maëlle', 'Loïc', 'Inès', 'Jean-Rémi', 'Chloé', 'Özgür', 'Anaïs',
    'Théo', 'Fatoumata', 'Léa', 'Raphaël', 'Gaëtan', 'Mélissa', 'Sacha',
)  # fmt: skip
CIVILITIES = ('M.', 'Mme')
MONTHS = (
    'janvier', 'février', 'mars', 'avril', 'mai', 'juin',
    'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre',
)  # fmt: skip
EXEMPTION = 'Exonération (quotient familial < 350 €)'
CREDIT = 'Régularisation – absence & trop-facturé'
