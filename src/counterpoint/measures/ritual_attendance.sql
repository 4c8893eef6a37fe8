select distinct thread as occurrence, object as ritual, party, json_extract_string(attributes, '$.answer') as answer
from activity
where verb = 'attend' and thread is not null and sort <> 'bot'
