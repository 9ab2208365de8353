/* Reads an iCalendar object from standard input with libical (the engine of Evolution and KDE) and prints what it
 * understood as JSON, so that a test can compare it with what the other readers say:
 * {"errors": [], "events": [{"uid", "start", "end"}]}
 *
 * Errors are those of the parser, and those of icalrestriction_check, which knows what each METHOD requires and forbids
 * (RFC 5546). Times are seconds since 1970, computed with the VTIMEZONE of the object itself; a day begins at midnight UTC.
 *
 * Needs: apt-get install libical-dev; cc check_ics.c -lical */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count_of_errors = 0;

static void print_text(const char *text)
{
    putchar('"');
    for (; text && *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < 0x20)
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void print_error(const char *where, const char *what)
{
    char text[1000];
    snprintf(text, sizeof text, "%s: %s", where, what);
    if (count_of_errors++)
        putchar(',');
    print_text(text);
}

/* What the parser and the check left as X-LIC-ERROR. */
static void print_errors(icalcomponent *component)
{
    icalproperty *property;
    icalcomponent *inner;
    const char *name = icalcomponent_kind_to_string(icalcomponent_isa(component));

    for (property = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); property;
         property = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY))
        print_error(name, icalproperty_get_xlicerror(property));
    for (inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); inner;
         inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT))
        print_errors(inner);
}

static void print_time(icalcomponent *calendar, icalcomponent *event, icalproperty_kind kind)
{
    icalproperty *property = icalcomponent_get_first_property(event, kind);
    icalparameter *parameter;
    icaltimezone *zone = icaltimezone_get_utc_timezone();

    if (!property) {
        printf("null");
        return;
    }
    parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (parameter)
        zone = icalcomponent_get_timezone(calendar, icalparameter_get_tzid(parameter));
    if (!zone)
        printf("\"no such zone\"");
    else
        printf("%lld", (long long)icaltime_as_timet_with_zone(icalvalue_get_datetime(icalproperty_get_value(property)), zone));
}

static char *read_all(void)
{
    size_t size = 1 << 16, length = 0, got;
    char *text = malloc(size);

    while (text && (got = fread(text + length, 1, size - length - 1, stdin)) > 0) {
        length += got;
        if (size - length < 2)
            text = realloc(text, size *= 2);
    }
    if (text)
        text[length] = 0;
    return text;
}

int main(void)
{
    char *text = read_all();
    icalcomponent *calendar = text ? icalparser_parse_string(text) : NULL;
    icalcomponent *event;
    const char *comma = "";
    int is_valid;

    printf("{\"errors\": [");
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        print_error("object", "not exactly one calendar");
        printf("], \"events\": []}\n");
        return 0;
    }
    is_valid = icalrestriction_check(calendar);
    print_errors(calendar);
    if (!is_valid && !count_of_errors)
        print_error("VCALENDAR", "the restriction check fails");
    if (icalcomponent_count_errors(calendar) && !count_of_errors)
        print_error("VCALENDAR", "an error that is not named");
    printf("], \"events\": [");
    for (event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        printf("%s{\"uid\": ", comma);
        print_text(icalcomponent_get_uid(event));
        printf(", \"start\": ");
        print_time(calendar, event, ICAL_DTSTART_PROPERTY);
        printf(", \"end\": ");
        print_time(calendar, event, ICAL_DTEND_PROPERTY);
        printf("}");
        comma = ", ";
    }
    printf("]}\n");
    return 0;
}
