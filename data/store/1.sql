-- The store, version 1. What the columns mean stands in docs/opslag.md.

CREATE SCHEMA store;

CREATE TABLE store.about (name VARCHAR NOT NULL, value VARCHAR NOT NULL);

CREATE TABLE store.runs (
    run INTEGER NOT NULL,
    started TIMESTAMP NOT NULL,
    ended TIMESTAMP,
    tool_version VARCHAR,
    model_id VARCHAR,
    ruleset_id VARCHAR,
    versions VARCHAR,
    config VARCHAR,
    counts VARCHAR
);

CREATE TABLE store.run_documents (
    run INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    kept BOOLEAN NOT NULL
);

CREATE TABLE store.results (
    key VARCHAR PRIMARY KEY,
    run INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    error VARCHAR,
    message VARCHAR,
    pages INTEGER,
    seconds VARCHAR,
    memory BIGINT,
    attempts INTEGER,
    remarks VARCHAR,
    rows BLOB,
    report BLOB
);

CREATE TABLE store.documents (
    key VARCHAR NOT NULL,
    sha256 VARCHAR,
    title VARCHAR,
    kind VARCHAR,
    authority VARCHAR,
    date VARCHAR,
    year INTEGER,
    format VARCHAR,
    language VARCHAR,
    profile VARCHAR,
    profile_choice VARCHAR,
    sections INTEGER,
    policy_sections INTEGER,
    send_back INTEGER,
    send_back_in_context INTEGER,
    send_back_by_profile INTEGER,
    uncertain INTEGER,
    mean_score DOUBLE,
    mean_goal DOUBLE,
    mean_measure DOUBLE,
    mean_actor DOUBLE,
    mean_budget DOUBLE,
    mean_deadline DOUBLE,
    mean_monitoring DOUBLE,
    weakest VARCHAR,
    commitments INTEGER,
    amount DOUBLE,
    ocr_pages INTEGER,
    by_hand VARCHAR,
    warnings VARCHAR,
    tool_version VARCHAR,
    model_id VARCHAR,
    ruleset_id VARCHAR
);

CREATE TABLE store.sections (
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    section VARCHAR,
    number VARCHAR,
    heading VARCHAR,
    heading_path VARCHAR,
    depth INTEGER,
    page_start INTEGER,
    page_end INTEGER,
    line INTEGER,
    words INTEGER,
    text VARCHAR
);

CREATE TABLE store.scores (
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    role VARCHAR,
    role_probability DOUBLE,
    level INTEGER,
    score INTEGER,
    verdict VARCHAR,
    uncertain BOOLEAN,
    weakest VARCHAR,
    goal INTEGER,
    measure INTEGER,
    actor INTEGER,
    budget INTEGER,
    deadline INTEGER,
    monitoring INTEGER,
    level_in_context INTEGER,
    score_in_context INTEGER,
    verdict_in_context VARCHAR,
    met_elsewhere VARCHAR,
    level_asked INTEGER,
    fit INTEGER,
    missing VARCHAR,
    verdict_by_profile VARCHAR,
    reasons VARCHAR,
    questions VARCHAR,
    by_hand VARCHAR
);

CREATE TABLE store.mentions (
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    mention INTEGER NOT NULL,
    type VARCHAR,
    text VARCHAR,
    sentence VARCHAR,
    page INTEGER,
    start_at INTEGER,
    end_at INTEGER,
    probability DOUBLE,
    modality VARCHAR,
    qualifiers VARCHAR,
    actor VARCHAR,
    actor_id VARCHAR,
    actor_kind VARCHAR,
    actor_role VARCHAR,
    unnamed BOOLEAN,
    amount_low DOUBLE,
    amount_high DOUBLE,
    fte DOUBLE,
    open_amount BOOLEAN,
    per_year BOOLEAN,
    recurring VARCHAR,
    bound VARCHAR,
    share DOUBLE,
    source VARCHAR,
    money_year INTEGER,
    term VARCHAR,
    granularity VARCHAR,
    date_from DATE,
    date_to DATE,
    term_year INTEGER,
    rules VARCHAR
);

CREATE TABLE store.commitments (
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    commitment INTEGER NOT NULL,
    page INTEGER,
    measure VARCHAR,
    modality VARCHAR,
    goal VARCHAR,
    actors VARCHAR,
    budget VARCHAR,
    amount_low DOUBLE,
    amount_high DOUBLE,
    fte DOUBLE,
    deadline VARCHAR,
    date_from DATE,
    date_to DATE,
    term_year INTEGER,
    monitoring VARCHAR
);

CREATE TABLE store.actors (
    key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    commitment INTEGER NOT NULL,
    actor VARCHAR,
    actor_id VARCHAR
);

CREATE TABLE store.signals (
    key VARCHAR NOT NULL,
    signal VARCHAR,
    route VARCHAR,
    title VARCHAR,
    found BOOLEAN,
    question VARCHAR
);

CREATE TABLE store.files (
    path VARCHAR NOT NULL,
    suffix VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    made_by VARCHAR NOT NULL,
    size BIGINT NOT NULL
);
