using System.Reflection;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Schedules;
using Elbo.Workflows.Exploring;

namespace Elbo.Tests.Arguments;

/// <summary>Options records refuse what no option can be, wherever an option is added.</summary>
public class OptionChecksTests
{
    /// <summary>Every public record with options and a check of them.</summary>
    private static readonly Type[] Records =
    [
        .. typeof(Autoencoder)
            .Assembly.GetExportedTypes()
            .Where(type =>
                type.GetMethod("<Clone>$") is not null
                && !type.IsAbstract
                && type.GetConstructor(Type.EmptyTypes) is not null
                && type.GetMethods().Any(method => method.Name == "Validate")
            ),
    ];

    public static TheoryData<string, string> Enumerations => Properties(property => Member(property) is not null);

    public static TheoryData<string, string> References =>
        Properties(property =>
            !property.PropertyType.IsValueType
            && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull
        );

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void An_undefined_member_is_refused(string record, string property) =>
        AssertRefused(record, property, p => Member(p), "99");

    [Theory]
    [MemberData(nameof(References))]
    public void Null_is_refused(string record, string property) => AssertRefused(record, property, _ => null, "null");

    [Fact]
    public void The_search_finds_the_options_there_are()
    {
        Assert.Contains(typeof(FitOptions), Records);
        Assert.True(Enumerations.Count > 15, $"{Enumerations.Count} options with members were found");
        Assert.True(References.Count > 25, $"{References.Count} options that are not null were found");
    }

    private static TheoryData<string, string> Properties(Func<PropertyInfo, bool> matches)
    {
        var data = new TheoryData<string, string>();
        foreach (var record in Records)
        foreach (var property in record.GetProperties())
            if (property.SetMethod is { IsPublic: true } && matches(property))
                data.Add(record.Name, property.Name);
        return data;
    }

    private static void AssertRefused(string record, string property, Func<PropertyInfo, object?> value, string part)
    {
        var type = Records.Single(type => type.Name == record);
        object options =
            type == typeof(InterpolateOptions)
                ? new InterpolateOptions { From = "0", To = "1" }
                : Activator.CreateInstance(type)!;
        var changed = type.GetProperty(property)!;
        changed.SetValue(options, value(changed));
        var validate = type.GetMethods().Single(method => method.Name == "Validate");
        object[] arguments = [.. validate.GetParameters().Select(Suitable)];
        var e = Assert.Throws<TargetInvocationException>(() => validate.Invoke(options, arguments));
        Assert.IsAssignableFrom<ArgumentException>(e.InnerException);
        Assert.Contains(part, e.InnerException!.Message, StringComparison.Ordinal);
    }

    private static object Suitable(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(int) ? 1_000
        : parameter.ParameterType == typeof(ModelOptions) ? new VaeOptions()
        : ScheduleCatalog.Get("step");

    /// <summary>An undefined member for a property that is one, a nullable one or a list of some; else null.</summary>
    private static object? Member(PropertyInfo property)
    {
        var type = property.PropertyType;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var element = type.GetGenericArguments()[0];
            if (!element.IsEnum)
                return null;
            var list = Array.CreateInstance(element, 1);
            list.SetValue(Enum.ToObject(element, 99), 0);
            return list;
        }
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? Enum.ToObject(type, 99) : null;
    }
}
