/** Vocabulary of the finders that read sentences; Spanish and English together, since a text hold both. */

/** Persons whom an event may be about. Officials are none of them. */
export const role =
  '(?:v[ií]ctimas?|menor(?:es)?|niñ[oa]s?|adolescentes?|testigos?|sobrevivientes?|denunciantes?|ofendid[oa]s?|agraviad[oa]s?|desaparecid[oa]s?|migrantes?|j[oó]ven(?:es)?|madre|padre|mam[aá]|pap[aá]|hij[oa]s?|herman[oa]s?|t[ií][oa]s?|abuel[oa]s?|sobrin[oa]s?|espos[oa]|retornad[oa]s?|rescatad[oa]s?|fallecid[oa]s?|occis[oa]|solicitante|refugiad[oa]s?|beb[eé]|muchach[oa]s?|mujer|señora|victims?|minors?|child(?:ren)?|girls?|boys?|teen(?:ager)?s?|adolescents?|(?:eye)?witness(?:es)?|survivors?|complainants?|migrants?|missing person|deceased|mother|father|sons?|daughters?|brothers?|sisters?|aunt|uncle|grandmother|grandfather|niece|nephew|wife|husband|woman|youth|applicant|refugees?|returnees?|asylum[- ]seekers?|baby|infant)';

/** Things that are called something, and are founded ("nació"), like persons. */
export const thing =
  '(?:programas?|redes|red|iniciativas?|proyectos?|alianza|organizaci[oó]n|asociaci[oó]n|campañas?|movimiento|operaci[oó]n|operativo|sistema|grupo|plan|conferencia|instituci[oó]n|fundaci[oó]n|comit[eé]|mesa|coalici[oó]n|bar|hotel|finca|empresa|aplicaci[oó]n|página|canal|comunidad|barco|embarcaci[oó]n|albergue|refugio|casa|centro|escuela|programmes?|programs?|networks?|initiatives?|projects?|alliance|organi[sz]ations?|association|campaigns?|movement|operations?|system|group|conference|institution|foundation|committee|coalition|company|app|page|channel|community|boat|vessel|shelter|house|cent(?:er|re)|school|process|proceso|idea)';

/** Words that stand in names of institutions, places, laws and headlines, and in no name of a person. Lower case, without accents. */
const neverInNames: ReadonlySet<string> = new Set(
  `acnur unicef unfpa unhcr segib interpol europol comar fiscalia procuraduria policia secretaria ministerio instituto comision direccion departamento unidad oficina consulado embajada
  tribunal juzgado corte suprema congreso consejo sistema guardia ejercito armada roja roja casa albergue hogar refugio
  centro hospital clinica escuela colegio universidad iglesia parroquia aeropuerto puerto puente terminal estacion parque plaza
  mercado avenida calle bulevar colonia barrio zona aldea municipio alcaldia ciudad villa pueblo estado provincia distrito
  republica nacional nacionales internacional general federal estatal municipal regional especial especializada ley codigo convenio convencion protocolo
  declaracion plan programa proyecto campana operacion operativo red alianza asociacion fundacion organizacion naciones unidas
  derechos humanos humana migracion migrantes refugiados trata trafico personas victimas testigos menores ninos ninas ninez mujeres
  infancia familia desarrollo integral atencion proteccion asistencia apoyo justicia trabajo salud educacion gobernacion relaciones exteriores
  san santa santo nueva nuevo norte sur este oeste centroamerica america caribe pacifico golfo rio lago bahia isla costa selva
  huracan tormenta volcan ruta frontera ferrocarril empresa hotel bar finca restaurante corazon azul vida
  mexico guatemala honduras nicaragua panama belice belize cuba haiti colombia ecuador peru venezuela jamaica canada
  estados unidos espana dominicana texas florida arizona california chicago houston
  enero febrero marzo mayo junio agosto septiembre octubre noviembre diciembre
  lunes martes miercoles jueves viernes sabado domingo
  department ministry office unit division bureau agency service services commission committee council court police patrol guard
  border homeland security customs immigration embassy consulate consular prosecutor prosecutors attorney district supreme national international
  general federal state city county province university college school hospital clinic church airport port bridge station park
  square street avenue road act law code convention protocol declaration plan program programme project campaign operation
  network alliance association foundation organization organisation united nations rights human migration trafficking smuggling
  persons people victim victims witness witnesses child children minor minors women men family families welfare labour labor protection assistance
  support justice work health education foreign affairs development fund center centre house home shelter society red cross
  save welcome north south east west central america american caribbean pacific gulf river lake bay island coast valley hurricane storm route
  january february march may july september october november december
  monday tuesday wednesday thursday friday saturday sunday
  maya mayas mam quiche garifuna garifunas miskito miskitos lenca lencas spanish english french mayan mexican guatemalan honduran salvadoran nicaraguan canadian colombian
  from in at on to of for with without after before under over and or by as during near the a an is are was were has have had
  rescued found identified assisted returned recruited reported missing dead new more most rise down up who what when where how
  el la los las un una en con por para tras desde hacia sin sobre segun entre ante bajo se su sus fue fueron del al
  que no hay como cuando donde quien si ya mas esta este estos esa ese todos todas cada otra otro`.split(
    /\s+/,
  ),
);

/** The word in lower case and without accents, as `neverInNames` has it. */
function plainWord(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function neverInName(word: string): boolean {
  return neverInNames.has(plainWord(word));
}
